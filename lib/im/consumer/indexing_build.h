/*
 * indexing_build: makes an index from logs that are there.
 *
 * A new index is built from the logs in the order of time while it is already
 * followed: first a survey, which makes a cursor at the present end of each
 * log and reserves an id for each entry below it; then the entries of before,
 * by their ids (FTS_BUILD*).
 *
 * Invariant: what is filled in never changes what was followed; an entry that
 * both meet is one document.
 */
#ifndef IM_INDEXING_BUILD_H
#define IM_INDEXING_BUILD_H

#include "im/consumer/indexing.h"

enum indexing_build {
	INDEXING_BUILT,
	INDEXING_SURVEY, /* FTS_BUILD_AT: up to this log */
	INDEXING_FILL,   /* FTS_BUILD_AT: up to this id */
};

/* A bounded part of the building: 1 there is more, 0 it is built. */
int indexing_build_step(const struct indexing_tools *t,
    struct indexing_tally *tally, struct error *err);
/* Makes a new file one that is to be built. */
int indexing_build_begin(struct fts *f, int64_t store, int64_t now_ms,
    struct error *err);

/* The time up to which a file that is being built has all messages. */
int indexing_build_until(struct fts *f, int64_t *ms_out, struct error *err);

#endif
