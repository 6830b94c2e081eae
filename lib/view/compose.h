/*
 * compose: makes what the appender takes of what a user sends: for a message
 * that is sent now, and for one that was stored to be sent later.
 */
#ifndef VIEW_COMPOSE_H
#define VIEW_COMPOSE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/append.h"
#include "im/conv/entry.h"
#include "io/cache.h"
#include "io/db.h"

/* What a user sends; each part has been checked. */
struct compose {
	int64_t app_id, sender_id, conv_id;
	const json_t *request; /* has content and meta, as they were sent */
	int64_t type;          /* 0: that of the message that it copies */
	int64_t flags;         /* ENTRY_* of the list of flags */
	const int64_t *mentions;
	size_t n_mentions;
	bool mention_all;
	int64_t reply_to;
	const int64_t *forward_of;
	size_t n_forward_of;
	bool merge;
	struct str title; /* of a merged forward */
	/* How long it lasts, from its sending and from its reading; 0: ever. */
	int64_t lasts_s, burn_s;
};

/* The server makes type and content from the messages that are forwarded. */
bool compose_carries(const struct compose *c);
/* It is a merged forward, if it carries any. */
bool compose_is_merged(const struct compose *c);

/*
 * Fills app_id, conv_id, sender_id, type, flags, mentions, reply_index,
 * lasts_s, burn_s and body of ar, and reply_out with what it replies to
 * (msg_id 0: none).
 * INVALID_ARGUMENT, TOO_LARGE: the sender may not refer to what it refers to;
 * ar is good to be refused then.
 */
int compose_message(struct db *db, struct cache *cache, struct arena *a,
    const struct compose *c, struct append_request *ar, struct entry *reply_out,
    struct error *err);

/* ---- to be sent later ---- */

/* The request as it is stored: the members of an object, without braces and
 * without what only concerns the time. */
struct str compose_store(struct arena *a, const json_t *request);
/* The same with other content. */
struct str compose_store_content(struct arena *a, struct str stored,
    const json_t *content, struct error *err);
/*
 * Reads it; app_id, sender_id and conv_id are the caller's.  The fields live as
 * long as the arena.  INTERNAL: it is corrupt.
 */
int compose_read(struct arena *a, struct str stored, struct compose *out,
    struct error *err);

#endif
