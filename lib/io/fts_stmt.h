/* fts_stmt: statements and failures of SQLite, for the files of io/fts. */
#ifndef IO_FTS_STMT_H
#define IO_FTS_STMT_H

#include <sqlite3.h>

#include "io/fts.h"
#include "io/fts_sql.h"

#define FTS_BLOCK_BITS  10 /* ids of a row of `block` */
#define FTS_SEEN        65536
#define FTS_NUMBER_NONE INT64_MIN

struct fts {
	sqlite3 *db;
	sqlite3_stmt *st[FTS_SQL_MAX];
	bool writes, in_tx, is_secure;
	int64_t fence;
	int64_t next_id;         /* in a transaction */
	int64_t dropped;         /* in this transaction */
	int64_t block, from, to; /* as it was last written */
	uint64_t seed;
	uint64_t *seen; /* FTS_SEEN hashes of words that the file has */
};

/* The prepared statement, reset. */
sqlite3_stmt *fts_stmt(struct fts *f, enum fts_sql which, struct error *err);
/* sqlite3_step(): 1 a row, 0 done (and reset), -1. */
int fts_step(struct fts *f, sqlite3_stmt *st, struct error *err);
/* Of several, or without parameters: one that is not kept. */
int fts_run(struct fts *f, enum fts_sql which, struct error *err);
/* A statement with numbers as parameters, and no rows. */
int fts_change(struct fts *f, enum fts_sql which, const int64_t *v, int n,
    struct error *err);
/* For a failure of SQLite. */
int fts_fail(struct fts *f, int rc, struct error *err);
void fts_bind_str(sqlite3_stmt *st, int at, struct str s);
struct str fts_column(sqlite3_stmt *st, int at);

#endif
