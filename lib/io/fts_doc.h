/*
 * fts_doc: the documents of an index (fts.h), in a transaction of its writer.
 */
#ifndef IO_FTS_DOC_H
#define IO_FTS_DOC_H

#include "io/fts.h"

struct fts_doc {
	int64_t log_index, sender_id, type, sent_ms;
	int64_t expires_ms; /* 0: never */
	struct str terms;
};

/*
 * Adds the document, or replaces the one of that entry.  id 0: the next one.
 */
enum fts_outcome { FTS_SAME, FTS_ADDED, FTS_REPLACED };
int fts_put(struct fts *f, int64_t log_n, int64_t id, const struct fts_doc *doc,
    struct error *err);
/* 1 if there was one. */
int fts_drop(struct fts *f, int64_t log_n, int64_t log_index,
    struct error *err);
/* 1 if there are documents that expired before now_ms. */
int fts_has_expired(struct fts *f, int64_t now_ms, struct error *err);
/* Drops up to max documents that expired before now_ms: how many. */
int fts_expire(struct fts *f, int64_t now_ms, int64_t max, struct error *err);

/* A place that is to be looked at when the time of `ms` has come. */
int fts_later_put(struct fts *f, int64_t ms, int64_t log_id, int64_t log_index,
    struct error *err);
struct fts_later {
	int64_t ms, log_id, log_index;
};
/* Takes up to max of those before upto_ms, oldest first. */
int fts_later_take(struct fts *f, struct arena *a, int64_t upto_ms, size_t max,
    struct fts_later **out, size_t *n_out, struct error *err);

#endif
