/* db_private: shared by db.c, db_stmt.c, db_rows.c, db_list.c and db_pipe.c. */
#ifndef IO_DB_PRIVATE_H
#define IO_DB_PRIVATE_H

#include <mysql.h>

#include "io/db.h"

#define DB_STMTS_MAX 256 /* a power of two */

#define DB_PENDING_MAX 16

/* A write that was sent, and whose answer has not been read. */
struct db_pending {
	const struct db_stmt *st;
	MYSQL_STMT *s;
	bool expects;
	struct db_expect expect;
};

struct db_prepared {
	const struct db_stmt *def;
	MYSQL_STMT *stmt;
};

struct db {
	MYSQL *my; /* NULL: not connected */
	const char *prog;
	int64_t quick_s;  /* db_be_quick(), or 0 */
	bool is_portable; /* [db] dialect, of the connection */
	bool pipelines;   /* db_pipeline() */
	bool manual;      /* autocommit is off: a transaction is always open */
	bool in_tx;
	int depth;   /* of nested db_tx() */
	bool doomed; /* a nested part failed such that the whole transaction
		      * must end */
	struct db_later *later, **later_end; /* db_after_commit() */
	unsigned int last_errno;
	char failure[256];    /* the last one, while last_errno is set */
	struct arena scratch; /* of one call */
	struct db_prepared stmts[DB_STMTS_MAX]; /* open addressing */
	size_t n_stmts;
	MYSQL_STMT *once; /* of the current call only, or NULL */
	/* Of the current call: nobody waits for its answer, and what it is
	 * expected to be. */
	bool defers, expects;
	struct db_expect expect;
	struct db_pending pending[DB_PENDING_MAX];
	size_t n_pending;
};

void db_stmts_close(struct db *db);
bool db_was_lost(const struct db *db);
/* Fills err from an error of the client library; closes a lost connection. */
int db_fail(struct db *db, unsigned int no, const char *text, const char *what,
    struct error *err);

size_t db_fields_count(const struct db_field *f);
/* [[1,2],[3,4]]: the integers of n structs. */
struct str db_int_rows(struct arena *a, const struct db_field *f,
    const void *in, size_t n, size_t stride);

/*
 * Executes st in the form of the dialect.  *s_out, NULL if it was not even
 * prepared, is valid until db_stmt_end(), which follows every call.
 */
int db_stmt_run(struct db *db, const struct db_stmt *st, MYSQL_STMT **s_out,
    const void *in, struct error *err);
void db_stmt_end(struct db *db);
/* db_fail() with what the client library says of s. */
int db_stmt_fail(struct db *db, MYSQL_STMT *s, const struct db_stmt *st,
    struct error *err);

/* Whether a write of whose answer the caller needs nothing can be deferred. */
bool db_pipe_defers(const struct db *db);
/* mysql_stmt_execute(); of a deferred write only its first half. */
int db_pipe_execute(struct db *db, const struct db_stmt *st, MYSQL_STMT *s,
    struct error *err);
/* db_settle() for a transaction that is rolled back. */
void db_pipe_discard(struct db *db);

#endif
