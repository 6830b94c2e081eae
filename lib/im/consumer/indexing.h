/*
 * indexing: brings the logs into the search index (io/fts.h).
 *
 * The index has a cursor for each log, in the same transaction as the
 * documents.  Where a log goes beyond its cursor, all entries up to there are
 * read, in their present state: a message becomes a document, and for an edit
 * or a recall its target is looked at again.  Commits of a log are in the order
 * of its indexes, so whoever has seen an entry of it can read all before it.
 *
 * Work is found by im/consumer/follow.h.
 *
 * Invariant: a document is what its entry was at some moment after the entries
 * up to the cursor were committed.  Results are hints: whoever shows one reads
 * the entry, and checks the right to see it.
 */
#ifndef IM_INDEXING_H
#define IM_INDEXING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "im/consumer/follow.h"
#include "im/conv/archive_kept.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "io/db.h"
#include "io/fts.h"

extern const struct db_stmt *const indexing_statements[];

struct indexing_tools {
	struct db *db;
	struct fts *fts;
	struct arena *arena;
	/* Of building; NULL: a segment is unpacked for each page. */
	struct archive_kept *kept;
	/* Which logs belong to this file. */
	int (*part_of)(int64_t conv_id);
	int part;
	/* The text of a message as terms (base/terms.h). */
	struct str (*terms)(struct arena *a, const struct entry *e);
	void (*point)(const char *name);
};

struct indexing_tally {
	int64_t entries, documents, dropped;
	int64_t oldest_ms; /* of the entries; 0: none */
};

/* Looks for work, once, and does a bounded part of it, in one transaction of
 * the index: 1 some of it is left, 0 nothing that is known. */
int indexing_follow(struct follow *x, const struct indexing_tools *t,
    struct indexing_tally *tally, struct error *err);

/* How many entries are above their cursors; reads all logs. */
int indexing_behind(struct db *db, struct arena *a, struct fts *f,
    int (*part_of)(int64_t conv_id), int part, int64_t *n_out,
    struct error *err);

#endif
