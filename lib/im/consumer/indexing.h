/*
 * indexing: brings the logs into the search index (io/fts.h).
 *
 * The index has a cursor for each log, in the same transaction as the
 * documents.  Where a log goes beyond its cursor, all entries up to there are
 * read, in their present state: a message becomes a document, and for an edit
 * or a recall its target is looked at again.  Commits of a log are in the order
 * of its indexes, so whoever has seen an entry of it can read all before it.
 *
 * Sends pay nothing for it: they mark no row and wake nobody.  Work is found
 *  - by the ids of entries, which ascend with time: a look at those above the
 *    newest one known costs one range of an index (entry_msg).  An id may
 *    become visible late, so each is looked at again for INDEXING_BACK_MS;
 *  - by marks in log_dirty, which a log gets with an entry whose id is older
 *    than CONV_LOG_LATE_MS when it is written: a scheduled
 *    message has the id that it got when it was accepted;
 *  - by comparing all logs with their cursors, INDEXING_SWEEP at a time, for
 *    ever: that alone finds everything, whatever died at any moment, and the
 *    other two only find it sooner.
 *
 * Invariant: a document is what its entry was at some moment after the entries
 * up to the cursor were committed.  Results are hints: whoever shows one reads
 * the entry, and checks the right to see it.
 *
 * A struct indexing belongs to one thread and holds what may be forgotten.
 */
#ifndef IM_INDEXING_H
#define IM_INDEXING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "io/db.h"
#include "io/fts.h"

extern const struct db_stmt *const indexing_statements[];

#define INDEXING_BACK_MS 5000
#define INDEXING_SWEEP   1000

struct indexing_tools {
	struct db *db;
	struct fts *fts;
	struct arena *arena;
	/* Which logs belong to this file. */
	int (*part_of)(int64_t conv_id);
	int part;
	/* The text of a message as terms (base/terms.h). */
	struct str (*terms)(struct arena *a, const struct entry *e);
	void (*point)(const char *name);
};

struct indexing_hint {
	int64_t conv_id, head;
};

#define INDEXING_HINTS 4096

struct indexing {
	bool began;
	int64_t scan_at;          /* ids up to it have been looked at */
	int64_t newest;           /* the newest id of this round */
	int64_t back[2], back_ms; /* where the looks back began */
	int64_t sweep_after;      /* the log, or 0 */
	int64_t dirty_after[CONV_PARTS];
	/* Found and not done yet. */
	struct indexing_hint hints[INDEXING_HINTS];
	size_t n_hints;
};

struct indexing_tally {
	int64_t entries, documents, dropped;
	int64_t oldest_ms; /* of the entries; 0: none */
};

/* Looks for work, once, and does a bounded part of it, in one transaction of
 * the index: 1 some of it is left, 0 nothing that is known. */
int indexing_follow(struct indexing *x, const struct indexing_tools *t,
    struct indexing_tally *tally, struct error *err);

/* How many entries are above their cursors; reads all logs. */
int indexing_behind(struct db *db, struct arena *a, struct fts *f,
    int (*part_of)(int64_t conv_id), int part, int64_t *n_out,
    struct error *err);

#endif
