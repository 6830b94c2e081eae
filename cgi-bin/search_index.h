/*
 * search_index: the parts of the search index that a thread has open, and one
 * list of what all of them find.
 *
 * Each part gives its hits by descending ids, which is by time, nearly; the
 * list takes the newest first.  A position in it is one in each part, so what
 * comes meanwhile neither repeats nor hides an item.  A part that was made anew
 * in between goes on at the time of the last item.
 */
#ifndef CGI_SEARCH_INDEX_H
#define CGI_SEARCH_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/terms_query.h"
#include "im/conv/found.h"
#include "io/fts_file.h"
#include "io/fts_find.h"
#include "service.h"

struct search_index; /* of a thread */

/* The one of the thread, with its files as they are now. */
struct search_index *search_index_open(struct service *s, struct arena *a,
    struct error *err);

struct search_filter {
	const struct terms_query *q;
	const struct found_chat *chats; /* whose logs are searched */
	size_t n_chats;
	int64_t sender_id, type; /* 0: all */
	int64_t from_ms, to_ms;  /* both included */
	int64_t now_ms;
};

struct search_hit {
	struct entry_ref ref;
	int64_t sent_ms;
	int part;
	int64_t id;
};

/*
 * Begins a search, at a cursor of search_index_cursor() or, with STR_NONE, at
 * the newest.  due_out: entries above the cursors of the index.
 * INVALID_ARGUMENT for what is no cursor.
 */
int search_index_begin(struct search_index *x, struct arena *a,
    const struct search_filter *f, struct str cursor,
    struct entry_ref **due_out, size_t *n_due_out, struct error *err);

/* The time up to which files that are being built have all messages. */
int search_index_built_until(struct search_index *x, int64_t *ms_out,
    struct error *err);

/* The next hits, newest first, up to max; fewer: no others, or
 * search_index_is_tired(). */
int search_index_next(struct search_index *x, struct arena *a, size_t max,
    struct search_hit *out, size_t *n_out, struct error *err);
/* The work of one request is used up, and there may be more. */
bool search_index_is_tired(const struct search_index *x);
/* Not before the last item of the page before, whose part was made anew. */
bool search_index_is_behind(const struct search_index *x,
    const struct search_hit *h, int64_t msg_id);

/* What was done with a hit is over: the cursor is behind it. */
void search_index_done(struct search_index *x, const struct search_hit *h,
    int64_t msg_id, bool shown);
/* all: also behind what was read and not asked for. */
struct str search_index_cursor(const struct search_index *x, struct arena *a,
    bool all);

#endif
