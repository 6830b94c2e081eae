/* db_private: shared by db.c, db_stmt.c, db_rows.c and db_list.c. */
#ifndef IO_DB_PRIVATE_H
#define IO_DB_PRIVATE_H

#include <mysql.h>

#include "io/db.h"

#define DB_STMTS_MAX 256 /* a power of two */

struct db_prepared {
	const struct db_stmt *def;
	MYSQL_STMT *stmt;
};

struct db {
	MYSQL *my; /* NULL: not connected */
	const char *prog;
	int64_t quick_s;  /* db_be_quick(), or 0 */
	bool is_portable; /* [db] dialect, of the connection */
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

#endif
