/*
 * content_refs: checks what a message refers to.
 *
 * Errors are INVALID_ARGUMENT with the field at fault ("content.user_id").
 */
#ifndef VIEW_CONTENT_REFS_H
#define VIEW_CONTENT_REFS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "io/cache.h"
#include "io/db.h"

/* What a message refers to, with its sender and conversation. */
struct content_refs {
	int64_t app_id, sender_id, conv_id;
	int64_t type;
	const json_t *content;
	int64_t reply_to; /* 0: nothing */
	const int64_t *forward_of;
	size_t n_forward_of;
};

/*
 * Checks that everything referred to exists and is visible to the sender.
 * reply_out: the message of reply_to.
 */
int content_refs_check(struct db *db, struct cache *cache, struct arena *a,
    const struct content_refs *refs, struct entry *reply_out,
    struct error *err);

#endif
