/*
 * db: typed, prepared SQL over MariaDB Connector/C.
 *
 * A statement is a constant: its text, and two maps that tie parameters and
 * columns to members of C structs.  It is prepared once per connection, on
 * first use; db_check() prepares a whole list, so that a mismatch with the
 * schema is found when a program starts.
 *
 * A struct db belongs to one thread.  It connects on first use and reconnects
 * after the connection was lost, but never within a transaction: a lost
 * connection fails the call that met it with BUSY, or UNCERTAIN for a COMMIT or
 * a single write whose answer was lost.  A read outside a transaction is
 * retried once on a new connection.
 *
 * Sessions run READ COMMITTED, with CLIENT_FOUND_ROWS: "affected" is the number
 * of rows that matched.  (For INSERT ... ON DUPLICATE KEY UPDATE MariaDB counts
 * 1 for a new row, and for an existing one 2, or 1 if nothing changed.)
 *
 * With [db] dialect = portable the module renders what only MariaDB understands
 * in another form (db_dialect.h); the results are the same.
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

/* How a member is bound.  NULL in SQL is 0, or a struct str with p NULL. */
enum db_type {
	DB_TYPE_END,
	DB_TYPE_I64, /* int64_t; NULL reads as 0 */
	DB_TYPE_STR, /* struct str; p NULL is NULL */
};

struct db_field {
	enum db_type type;
	size_t offset;
};

/* Maps.  The compiler checks the C type of the member. */
#define DB_IS_I64(S, m) _Generic(((S *)0)->m, int64_t : sizeof(int64_t))
#define DB_IS_STR(S, m) _Generic(((S *)0)->m, struct str : sizeof(struct str))
#define DB_I64(S, m)                                              \
	{                                                         \
		DB_TYPE_I64, offsetof(S, m) + 0 * DB_IS_I64(S, m) \
	}
#define DB_STR(S, m)                                              \
	{                                                         \
		DB_TYPE_STR, offsetof(S, m) + 0 * DB_IS_STR(S, m) \
	}
#define DB_END                 \
	{                      \
		DB_TYPE_END, 0 \
	}

#define DB_FIELDS_MAX 80

struct db_stmt {
	const char *name; /* for logs and counters */
	const char *sql;
	const struct db_field *in;  /* parameters in order, or NULL */
	const struct db_field *out; /* columns in order, or NULL */
	size_t in_size;             /* sizeof the struct of `in` */
	size_t out_size;
	/*
	 * The same for many rows at once, or NULL: DB_MANY, DB_MANY_ROWS.
	 * Its one parameter is "[[1,2],[3,4]]": a list per row of the integers
	 * that `in` names, in that order.
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

/* The same for a statement that returns rows, each one a `type`. */
#define DB_MANY_ROWS(title, text, fields, type)                     \
	{                                                           \
		.name = (title), .sql = (text), .in = db_in_text,   \
		.in_size = sizeof(struct db_text), .out = (fields), \
		.out_size = sizeof(type)                            \
	}

/* The time of the statement, by the database's clock. */
#define DB_NOW_MS "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"

/*
 * Does not connect yet, and reads no setting.  prog names the connection in
 * SHOW PROCESSLIST; not copied.
 */
struct db *db_new(const char *prog);
/* [db] name, and whether its server is reached by a Unix socket. */
const char *db_name(void);
bool db_is_local(void);
void db_free(struct db **db);
/* Before it connects: it waits no longer than this to connect and for an
 * answer; [db] connect_timeout_s and read_timeout_s are upper limits. */
void db_be_quick(struct db *db, int64_t timeout_s);
/*
 * Before it connects: in transactions of db, a write of whose outcome the
 * caller wants to know nothing (db_exec() and db_exec_bulk() without
 * affected_out, db_exec_expect()) is sent without waiting for the answer.  If
 * it fails, a later call of the same transaction does, at the latest
 * db_settle() or the commit: COMMIT is sent when all answers are there.  Saves
 * a round trip each.
 *
 * Such a connection has autocommit off, as writes behind a deadlock run
 * outside the transaction that it ended.  A statement outside a transaction
 * turns it on again, at the cost of a round trip for both.
 */
void db_pipeline(struct db *db);
/* Connects now; -1 with BUSY. */
int db_connect(struct db *db, struct error *err);

/* Prepares every statement of a NULL-terminated list; err names the first one
 * that does not match the schema. */
int db_check(struct db *db, const struct db_stmt *const *list,
    struct error *err);

/* Runs a statement that returns no rows.  affected_out may be NULL. */
int db_exec(struct db *db, const struct db_stmt *st, const void *in,
    int64_t *affected_out, struct error *err);

/*
 * Runs it for each of n structs, stride bytes apart, in one round trip: through
 * st->many if it has one, else by array binding.  MariaDB turns a bound array
 * into one statement only for INSERT; an UPDATE or DELETE runs once per row
 * (measured: 20 to 25 us each, against 5 in a join with JSON_TABLE).
 * affected_out is the total.
 *
 * In the portable dialect also an INSERT may be more than one statement: one of
 * over 1,000 rows, or with parameters in its ON DUPLICATE KEY UPDATE.  It takes
 * a transaction to hold them together.
 */
int db_exec_bulk(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, int64_t *affected_out, struct error *err);

/* The same, for a write that must affect as many rows: fails with the code if
 * it does not. */
struct db_expect {
	int64_t rows;
	enum err_code code;
	const char *detail; /* a constant */
};
int db_exec_expect(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, const struct db_expect *expect, struct error *err);

/* Waits for the writes that are on their way; -1 if one has failed. */
int db_settle(struct db *db, struct error *err);

/* All rows, as an array of the out struct in the arena. */
int db_rows(struct db *db, const struct db_stmt *st, const void *in,
    struct arena *a, void *rows_out, size_t *n_out, struct error *err);

/*
 * The rows of st, which has a st->many, for each of n structs, stride bytes
 * apart, in one round trip; in no order.
 */
int db_rows_bulk(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, struct arena *a, void *rows_out, size_t *n_out,
    struct error *err);

/* Reads the first row into *row_out: 1 found, 0 no row, -1 failed.  Strings are
 * in the arena. */
int db_row(struct db *db, const struct db_stmt *st, const void *in,
    struct arena *a, void *row_out, struct error *err);

/* The database's clock, in ms. */
int db_now_ms(struct db *db, int64_t *now_ms_out, struct error *err);

/* Statements without parameters or rows (BEGIN, DDL, SET), separated by ";".
 * Never with text from outside. */
int db_run(struct db *db, const char *sql, struct error *err);

/*
 * Runs fn in a transaction: 0 commits, -1 rolls back.  After a deadlock, a lock
 * wait timeout or a connection lost before COMMIT was sent, fn runs again (a
 * few times, with jitter), so its only effects may be on the database and on
 * memory that a rerun overwrites; arenas keep what earlier runs allocated.
 * UNCERTAIN: the answer to COMMIT was lost.  fn must check its affected counts
 * before it returns 0.
 */
int db_tx(struct db *db, int (*fn)(struct db *, void *arg, struct error *),
    void *arg, struct error *err);

/*
 * Like db_tx(), for transactions that can tell whether they took place.  After
 * a COMMIT whose answer was lost was_done looks in a new transaction: 1 if the
 * effect is there, which then counts as a success, 0 if it is not, and fn runs
 * again.  The lost session may still be committing: was_done begins by taking a
 * lock that fn holds.  It calls neither db_tx() nor db_after_commit().
 * UNCERTAIN is left for a database that does not come back in time.  A nested
 * one leaves all of this to the outermost.
 */
int db_tx_sure(struct db *db, int (*fn)(struct db *, void *arg, struct error *),
    int (*was_done)(struct db *, void *arg, struct error *), void *arg,
    struct error *err);

/*
 * Nested in another db_tx(), fn is a part of that transaction: if it fails, the
 * part is rolled back to a savepoint and the caller may continue.  A deadlock
 * or a lost connection ends the whole transaction, and the outermost db_tx()
 * runs again.
 */

/*
 * Runs fn(arg) after the current transaction has committed, before the
 * outermost db_tx() returns, and not at all if it is rolled back; outside a
 * transaction, at once.  For effects that must not precede the commit:
 * wake-ups, events, the cache.  The entry is allocated in the arena, which must
 * live until then.
 */
void db_after_commit(struct db *db, struct arena *a, void (*fn)(void *arg),
    void *arg);

/* Like db_tx(), for reads that need one consistent snapshot; within a
 * transaction they see what it sees. */
int db_snapshot(struct db *db,
    int (*fn)(struct db *, void *arg, struct error *), void *arg,
    struct error *err);

/* What db_tx() does, step by step. */
int db_begin(struct db *db, struct error *err);
int db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);
/* A transaction is open, even if its connection was lost. */
bool db_in_tx(const struct db *db);
/* The last failure was a duplicate key: DUPLICATE.  Only a caller who knows
 * whose key it is makes a CONFLICT of it. */
bool db_is_duplicate(const struct db *db);
/* Statement, number and text of the failure of the last call, or "".  For
 * operators: it may show keys. */
const char *db_failure(const struct db *db);

/*
 * A list as one parameter, for JSON_TABLE: "[1,2,3]".  Statements join
 *   JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j
 * in exactly this form, which the portable dialect replaces.
 */
struct str db_list(struct arena *a, const int64_t *ids, size_t n);
/* The same, ascending and each once: the order in which rows are locked. */
struct str db_set(struct arena *a, const int64_t *ids, size_t n);
/* "[[1,2],[3,4]]" of n pairs; COLUMNS(a BIGINT PATH '$[0]', ...). */
struct str db_pairs(struct arena *a, const int64_t (*pairs)[2], size_t n);

/*
 * A pattern for "begins with text", for LIKE ?  DB_LIKE_ESCAPE: the default
 * escape, a backslash, depends on the SQL mode.
 */
#define DB_LIKE_ESCAPE " ESCAPE '|' "
struct str db_like_prefix(struct arena *a, struct str text);
/* The same for "has text in it". */
struct str db_like_within(struct arena *a, struct str text);

/* The MYSQL *, only for im-migrate. */
void *db_handle(struct db *db);

#endif
