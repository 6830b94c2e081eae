/*
 * indexing_batch: entries of the logs as documents of the index.
 */
#ifndef IM_INDEXING_BATCH_H
#define IM_INDEXING_BATCH_H

#include "im/consumer/indexing.h"

struct indexing_batch {
	struct entry_ref *refs;
	struct entry *entries;
	size_t n;
};

/* The first id of a millisecond. */
int64_t indexing_id_at(int64_t ms);
bool indexing_is_ours(const struct indexing_tools *t, int64_t conv_id);

/* The entries at b->refs, ascending, as they are now. */
int indexing_load(const struct indexing_tools *t, struct indexing_batch *b,
    struct error *err);
/*
 * One of them: a document, or none, as of those that burn (im/conv/burn.h).  id
 * NULL: the next one of the index; else this one, which is raised if it was
 * used.
 */
int indexing_put(const struct indexing_tools *t, const struct entry *e,
    int64_t log_n, int64_t *id, struct indexing_tally *tally,
    struct error *err);

/* For qsort(): entries by time, refs by place. */
int indexing_by_time(const void *x, const void *y);
int indexing_by_place(const void *x, const void *y);

#endif
