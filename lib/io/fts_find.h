/*
 * fts_find: looks documents up in an index (fts.h), newest first.
 *
 * What is found is as the index knows it: the caller checks it against the
 * logs.
 */
#ifndef IO_FTS_FIND_H
#define IO_FTS_FIND_H

#include "io/fts.h"

/*
 * Of so many logs their names are a part of the look-up, at once (the inverted
 * index gives only their documents), or where a plain look-up has read many
 * documents of others in vain.  Each costs some 0.3 ms before the first hit,
 * in an index of a million documents.
 */
#define FTS_LOGS_FEW 4
#define FTS_LOGS_MAX 2000

struct fts_phrase {
	struct str terms; /* separated by blanks */
	bool is_open;     /* the last one is the beginning of others */
};

struct fts_query {
	const struct fts_phrase *phrases; /* all of them */
	size_t n_phrases;
	const int64_t *logs; /* numbers (fts_log.n), ascending */
	size_t n_logs;
	bool names_logs; /* in the look-up itself: see above */
	/*
	 * A beginning that many words have is compared with documents as they
	 * come, and is no part of the look-up: soon done where one in a hundred
	 * has it.
	 */
	bool compares;
	int64_t sender_id;      /* 0: all */
	int64_t type;           /* 0: all */
	int64_t from_ms, to_ms; /* both included; 0, INT64_MAX: all */
	int64_t now_ms;         /* without what has expired */
	int64_t below;          /* only ids below it */
};

struct fts_hit {
	int64_t id, log_n, log_index, sent_ms;
};

struct fts_found {
	struct fts_hit *hits; /* in descending order of ids */
	size_t n;
	int64_t below; /* where to go on */
	bool is_end;   /* there are no others */
	size_t steps;  /* documents that were read */
	bool compared; /* some phrase was */
};

/* Up to max hits; it reads up to steps_max documents. */
int fts_find(struct fts *f, struct arena *a, const struct fts_query *q,
    size_t max, size_t steps_max, struct fts_found *out, struct error *err);

/* An id that all documents sent until ms are below. */
int fts_find_place(struct fts *f, int64_t ms, int64_t *below_out,
    struct error *err);

#endif
