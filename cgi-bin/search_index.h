/*
 * search_index: the parts of the search index that a thread has open, and one
 * list of what all of them find.
 *
 * Each part gives its hits by descending ids, which is by time, nearly; the
 * list takes the newest first.  A position in it is one in each part, so what
 * comes meanwhile neither repeats nor hides an item.  A part that was made anew
 * in between goes on at the time of the last item.
 *
 * Parts of other hosts are asked there, all at once (search_peer); one that is
 * away now is found by a later page, if there is one.
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
#include "io/fts_file.h"
#include "search_part.h"
#include "service.h"

struct search_index; /* of a thread */

/* The one of the thread, with its files as they are now. */
struct search_index *search_index_open(struct service *s, struct arena *a,
    struct error *err);
/* One part of this host, for another one that asks. */
struct search_part *search_index_part(struct service *s, struct arena *a,
    int part, struct error *err);

/*
 * Begins a search, at a cursor of search_index_cursor() or, with STR_NONE, at
 * the newest.  q fills f->phrases.  due_out: entries above the cursors of the
 * index.  INVALID_ARGUMENT for what is no cursor.
 */
int search_index_begin(struct search_index *x, struct arena *a,
    const struct terms_query *q, struct search_filter *f, struct str cursor,
    struct entry_ref **due_out, size_t *n_due_out, struct error *err);

/* The time up to which files that are being built have all messages; 0: some
 * other host is away. */
int64_t search_index_built_until(const struct search_index *x);

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
