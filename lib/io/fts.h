/*
 * fts: a full-text index of logs, in one SQLite file (FTS5).
 *
 * A document is the text of one entry of a log, as terms (base/terms.h), with
 * what a search is narrowed by.  Ids of documents ascend in the order in which
 * they are added, so the newest first is the order of ids, and a position among
 * them stays right while others come.  A document that is replaced keeps its
 * id.
 *
 * Beside the documents stands how far each log was read (done_index), and a few
 * numbers of whoever writes (enum fts_number): all in one file, so that one
 * transaction changes what was read and how far, or nothing.
 *
 * There is one writer, by agreement; a transaction begins with its fence, and
 * fails with MOVED if a later writer has claimed the file.  Readers open it
 * read-only (WAL mode): they see the last commit and hold nobody up.
 *
 * Deleting: the bytes of a document are overwritten at once (secure_delete),
 * and its terms leave the inverted index with fts_merge(), or at once where the
 * library can do that ('secure-delete', SQLite 3.42).
 *
 * A struct fts belongs to one thread.  Errors: BUSY (locked, disk full), MOVED,
 * SCHEMA (not an index of this format), INTERNAL.
 */
#ifndef IO_FTS_H
#define IO_FTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define FTS_FORMAT 1 /* of the tables; TERMS_VERSION stands beside it */

struct fts;

/* Numbers that are kept in the file; 0 at first. */
enum fts_number {
	FTS_FORMAT_OF = 1,
	FTS_STORE,   /* whose logs these are */
	FTS_FENCE,   /* of the last writer that claimed it */
	FTS_NEXT_ID, /* of the next document */
	FTS_BUILD,   /* the writer's own: see im/consumer/search.h */
	FTS_BUILD_AT,
	FTS_BUILD_ID,
	FTS_BUILD_END,
	FTS_SCAN,
	FTS_DROPPED, /* documents dropped or replaced since the last merge */
	FTS_MERGED,  /* when fts_merge() was done */
	FTS_NUMBERS
};

struct fts_log {
	int64_t n; /* its number in this file; 0: none yet */
	int64_t done_index;
};

/* Opens an index; a writer makes the file if there is none.  Readers fail with
 * NOT_FOUND then. */
int fts_open(const char *path, bool writes, struct fts **out,
    struct error *err);
void fts_close(struct fts **f);

int fts_get(struct fts *f, enum fts_number which, int64_t *out,
    struct error *err);

/* The log in this file; n 0: unknown. */
int fts_log(struct fts *f, int64_t log_id, struct fts_log *out,
    struct error *err);
/* How many documents there are; reads all their keys. */
int fts_count(struct fts *f, int64_t *out, struct error *err);

/* What this connection does until fts_end() sees one state of the file. */
int fts_read(struct fts *f, struct error *err);
void fts_end(struct fts *f);

/* ---- writing, by the holder of the fence ---- */

/* From now on older writers fail.  MOVED: one with a higher fence was here. */
int fts_claim(struct fts *f, int64_t fence, struct error *err);

int fts_begin(struct fts *f, struct error *err);
int fts_commit(struct fts *f, struct error *err);
void fts_rollback(struct fts *f);

int fts_set(struct fts *f, enum fts_number which, int64_t value,
    struct error *err);
/* Makes the log known if it is not; sets how far it was read. */
int fts_log_done(struct fts *f, int64_t log_id, int64_t done_index,
    struct fts_log *out, struct error *err);
/* In a transaction: the next document gets this id, or a higher one. */
void fts_reserve(struct fts *f, int64_t next_id);

/*
 * Merges a bounded part of the inverted index, in a transaction of its own: 1
 * there is more to do, 0 what was dropped has left the file.
 */
int fts_merge(struct fts *f, struct error *err);
/* Moves what the write-ahead log has into the file. */
int fts_checkpoint(struct fts *f, struct error *err);

#endif
