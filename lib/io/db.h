/*
 * db: typed, prepared SQL over MariaDB Connector/C.
 *
 * A statement is a constant: its text, and two maps that tie parameters and
 * columns to members of C structs.  It is prepared once per connection, on
 * first use; db_check() prepares a whole list, so that a schema that does
 * not fit is found when a program starts.
 *
 * A struct db belongs to one thread.  It connects on first use and again
 * after it was lost, but never inside a transaction and never by itself in
 * the middle of a statement: a lost connection is an error of the call that
 * met it (BUSY; UNCERTAIN for a COMMIT whose answer was lost).  A single
 * read outside a transaction is tried once more on a new connection.
 *
 * Sessions run READ COMMITTED, with CLIENT_FOUND_ROWS: "affected" is the
 * number of rows that matched.  (For INSERT ... ON DUPLICATE KEY UPDATE
 * MariaDB counts 1 for a new row and 2, or 1 when nothing changed, for one
 * that was there.)
 */
#ifndef IO_DB_H
#define IO_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/* How a member travels.  NULL in SQL is 0, or a struct str with p NULL. */
enum db_type {
	DB_TYPE_END,
	DB_TYPE_I64,      /* int64_t; NULL reads as 0 */
	DB_TYPE_I64_NULL, /* int64_t; 0 is written as NULL */
	DB_TYPE_STR,      /* struct str; p NULL is NULL */
};

struct db_field {
	enum db_type type;
	size_t offset;
};

/* Maps.  The member's C type is checked when the table is compiled. */
#define DB_IS_I64(S, m) _Generic(((S *)0)->m, int64_t : sizeof(int64_t))
#define DB_IS_STR(S, m) _Generic(((S *)0)->m, struct str : sizeof(struct str))
#define DB_I64(S, m)                                              \
	{                                                         \
		DB_TYPE_I64, offsetof(S, m) + 0 * DB_IS_I64(S, m) \
	}
#define DB_I64_NULL(S, m)                                              \
	{                                                              \
		DB_TYPE_I64_NULL, offsetof(S, m) + 0 * DB_IS_I64(S, m) \
	}
#define DB_STR(S, m)                                              \
	{                                                         \
		DB_TYPE_STR, offsetof(S, m) + 0 * DB_IS_STR(S, m) \
	}
#define DB_END                 \
	{                      \
		DB_TYPE_END, 0 \
	}

#define DB_FIELDS_MAX 40

struct db_stmt {
	const char *name; /* for logs and counters */
	const char *sql;
	const struct db_field *in;  /* parameters in order, or NULL */
	const struct db_field *out; /* columns in order, or NULL */
	size_t in_size;             /* sizeof the struct of `in` */
	size_t out_size;
	/*
	 * The same effect for many rows at once, or NULL: DB_MANY(name, sql)
	 * with one parameter, "[[1,2],[3,4]]": a list for each row, of the
	 * integers that `in` names, in that order.
	 */
	const struct db_stmt *many;
};

/* Common single parameters. */
struct db_id {
	int64_t id;
};
extern const struct db_field db_in_id[]; /* one struct db_id */
struct db_text {
	struct str text;
};
extern const struct db_field db_in_text[]; /* one struct db_text */

#define DB_MANY(title, text)                                      \
	{                                                         \
		.name = (title), .sql = (text), .in = db_in_text, \
		.in_size = sizeof(struct db_text)                 \
	}

/* The time of the statement, by the database's clock. */
#define DB_NOW_MS "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"

/* Never connects.  prog names the connection for SHOW PROCESSLIST. */
struct db *db_new(const char *prog);
void db_free(struct db **db);
/* Drops the connection (rolls back what was open). */
void db_drop(struct db *db);
/* Connects now, or says why not: BUSY. */
int db_connect(struct db *db, struct error *err);

/* Prepares every statement of a NULL-ended list; names the first that does
 * not fit the schema. */
int db_check(struct db *db, const struct db_stmt *const *list,
    struct error *err);

/* Runs a statement that gives no rows.  affected_out may be NULL. */
int db_exec(struct db *db, const struct db_stmt *st, const void *in,
    int64_t *affected_out, struct error *err);

/*
 * Runs it for each of n structs that lie stride bytes apart, in one round
 * trip: with its statement for many, if it has one, else with array binding.
 * MariaDB makes one statement of a bound array only for INSERT; an UPDATE or
 * DELETE runs once a row (measured: 20 to 25 us each, against 5 in a join
 * with JSON_TABLE).  affected_out is the total.
 */
int db_exec_bulk(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, int64_t *affected_out, struct error *err);

/* All rows, as an array of the out struct in the arena. */
int db_rows(struct db *db, const struct db_stmt *st, const void *in,
    struct arena *a, void *rows_out, size_t *n_out, struct error *err);

/* The first row into *row_out: 1 found, 0 none, -1 failed.  Texts live in
 * the arena. */
int db_row(struct db *db, const struct db_stmt *st, const void *in,
    struct arena *a, void *row_out, struct error *err);

/* The database's clock, in ms. */
int db_now_ms(struct db *db, int64_t *now_ms_out, struct error *err);

/* A single statement without parameters or rows (BEGIN, DDL, SET). */
int db_run(struct db *db, const char *sql, struct error *err);

/*
 * Runs fn in a transaction: 0 commits, -1 rolls back.  On deadlock, lock
 * wait timeout or a connection lost before COMMIT was sent, it runs again
 * (a few times, with jitter), so fn may have no other effect than on the
 * database and on memory that a rerun overwrites; arenas keep what earlier
 * runs allocated.  UNCERTAIN: the answer to COMMIT was lost.
 * fn must not return before it has checked its affected counts.
 */
int db_tx(struct db *db, int (*fn)(struct db *, void *arg, struct error *),
    void *arg, struct error *err);

/*
 * In a transaction that db_tx() runs, db_tx() makes its function a part of
 * it: a failure takes back what the part did (a savepoint) and is reported to
 * the caller, who may go on; a deadlock or a lost connection ends the whole,
 * and the outermost db_tx() runs again.
 */

/*
 * Runs fn(arg) when the transaction under way has been committed, before
 * the outermost db_tx() returns; not at all when it is rolled back.  Without
 * a transaction: now.  For what must not be seen of a transaction that may
 * yet fail or run again: wake-ups, events, the cache.  The arena keeps the
 * note until then.
 */
void db_after_commit(struct db *db, struct arena *a, void (*fn)(void *arg),
    void *arg);

/* The same for reads that must all see one moment (a snapshot); in a
 * transaction they see what it sees. */
int db_snapshot(struct db *db,
    int (*fn)(struct db *, void *arg, struct error *), void *arg,
    struct error *err);

/* For the appender, which needs the steps one by one. */
int db_begin(struct db *db, struct error *err);
int db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);
/* A transaction is open, be it that its connection is lost. */
bool db_in_tx(const struct db *db);
/* The last failure was a deadlock, a lock wait timeout or a lost connection
 * with nothing committed: the transaction may run again. */
bool db_may_rerun(const struct db *db);
/* The last failure was a duplicate key (error 1062). */
bool db_is_duplicate(const struct db *db);

/*
 * Lists as one parameter, for JSON_TABLE: "[1,2,3]".  Statements join
 *   JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j
 */
struct str db_list(struct arena *a, const int64_t *ids, size_t n);
/* "[[1,2],[3,4]]" of n pairs; COLUMNS(a BIGINT PATH '$[0]', ...). */
struct str db_pairs(struct arena *a, const int64_t (*pairs)[2], size_t n);

/*
 * A pattern for "begins with text".  Statements say LIKE ? DB_LIKE_ESCAPE:
 * the default, a backslash, depends on the mode of the server.
 */
#define DB_LIKE_ESCAPE " ESCAPE '|' "
struct str db_like_prefix(struct arena *a, struct str text);

/* Raw access for im-migrate and the replication reader alone. */
void *db_handle(struct db *db);

#endif
