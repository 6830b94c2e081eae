/*
 * search_part: one part of the search index during a search.
 *
 * A part is a file on this host, or belongs to another one: then search_peer
 * asks there, and the functions of this header run there.  A search goes on
 * where a place of the part says, so nothing is kept between two requests.
 */
#ifndef CGI_SEARCH_PART_H
#define CGI_SEARCH_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/found.h"
#include "io/fts_find.h"

struct search_filter {
	const struct fts_phrase *phrases; /* all of them */
	size_t n_phrases;
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

/* Where a search of a part goes on. */
struct search_place {
	uint32_t tag;  /* of the file */
	int64_t below; /* only ids below it; INT64_MAX: from the newest on */
	/* Of the last item, for a file that was made anew since; -1: there is
	 * no place yet, the search begins. */
	int64_t last_ms;
};

struct search_part {
	int number;
	struct fts *fts; /* on this host; NULL: there is none */
	char *path;
	/* Of this search. */
	uint32_t tag;
	int64_t *logs, *convs; /* numbers of the logs, ascending; their ids */
	size_t n_logs;
	bool names_logs, compares; /* struct fts_query */
	bool is_end, is_new;
	int64_t done;  /* the last id that is over, or where it began */
	int64_t below; /* where to read on */
	struct search_hit *hits;
	size_t n, at;
	/* Entries above the cursors of the index, and the time up to which it
	 * has all messages. */
	struct entry_ref *due;
	size_t n_due;
	int64_t built_ms;
};

/* The file as it is now. */
int search_part_open(struct search_part *p, struct arena *a, struct error *err);
void search_part_close(struct search_part *p);

int search_part_begin(struct search_part *p, struct arena *a,
    const struct search_filter *f, const struct search_place *at,
    struct error *err);

/* The next hits, if none are left; takes the documents that it reads off
 * steps. */
int search_part_refill(struct search_part *p, struct arena *a,
    const struct search_filter *f, size_t *steps, struct error *err);

#endif
