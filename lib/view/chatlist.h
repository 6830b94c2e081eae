/*
 * chatlist: a page of a user's chats with everything that a list shows.  The
 * number of queries does not depend on the length of the page.
 */
#ifndef VIEW_CHATLIST_H
#define VIEW_CHATLIST_H

#include "base/arena.h"
#include "base/err.h"
#include "im/user/chat.h"
#include "io/cache.h"
#include "io/db.h"
#include "io/json_writer.h"
#include "view/people.h"

/* Writes "items":[...],"next":... of a page of the rank to the open object. */
int chatlist_write(struct db *db, struct cache *cache, struct arena *a,
    const struct chat_query *q, struct json_writer *w, struct people *people,
    struct error *err);

/* Writes "large":[...] to it: where the logs of chats in mode pull are. */
void chatlist_large(const struct chat_heads *heads, struct json_writer *w);

/* Decodes the cursor of a list; -1 INVALID_ARGUMENT. */
int chatlist_cursor(struct arena *a, struct str cursor, struct chat_place *out,
    struct error *err);

#endif
