/*
 * fts_find: looks documents up in an index (fts.h), newest first.
 *
 * What is found is as the index knows it: the caller checks it against the
 * logs.
 */
#ifndef IO_FTS_FIND_H
#define IO_FTS_FIND_H

#include "io/fts.h"

/* Beyond this, logs are no part of the look-up and the caller picks. */
#define FTS_LOGS_MAX 50

struct fts_phrase {
	struct str terms; /* separated by blanks */
	bool is_open;     /* the last one is the beginning of others */
};

struct fts_query {
	const struct fts_phrase *phrases; /* all of them */
	size_t n_phrases;
	const int64_t *logs; /* numbers (fts_log.n); n_logs 0: all */
	size_t n_logs;
	int64_t sender_id;      /* 0: all */
	int64_t from_ms, to_ms; /* both included; 0, INT64_MAX: all */
	int64_t below;          /* only ids below it */
};

struct fts_hit {
	int64_t id, log_n, log_index, sender_id, type, sent_ms;
};

/* Up to max hits, in descending order of ids; fewer: there are no others. */
int fts_find(struct fts *f, struct arena *a, const struct fts_query *q,
    size_t max, struct fts_hit **out, size_t *n_out, struct error *err);

/* An id that all documents sent until ms are below. */
int fts_find_place(struct fts *f, int64_t ms, int64_t *below_out,
    struct error *err);

#endif
