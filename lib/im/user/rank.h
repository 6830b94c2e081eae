/*
 * rank: a page of a user's chats, at a cost that does not grow with their
 * number.
 *
 * The whole rank is walked along its index.  A folder, and the chats with
 * something unread, are few of them or many.  A few have an index of their own
 * (im/user/chat_setting.h, im/user/badge.h): they are loaded and sorted.  Many
 * are met soon on a walk along the rank.  Hidden chats are not in it: the
 * RANK_HIDDEN_MAX newest conversations of those are loaded and sorted.
 */
#ifndef IM_RANK_H
#define IM_RANK_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/chat.h"
#include "io/db.h"

#define RANK_FEW        200
#define RANK_HIDDEN_MAX 1000

/* As chat_rank(). */
int rank_page(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **out, size_t *n_out, struct error *err);

#endif
