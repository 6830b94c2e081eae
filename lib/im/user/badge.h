/*
 * badge: the sum of a user's unread messages, over listed chats that are
 * neither muted nor hidden.
 *
 * It is derived, and costs what has happened since it was counted last, however
 * many chats there are.  Every change of a chat's unread count has an event in
 * the inbox of its user, or a time.  So the sum as of upto_index (badge), with
 * what each chat had in it then (badge_chat), says all but of the chats that
 * later events name, whose mute has ended or whose messages have expired since:
 * these are counted.  When there are many of them, the sum is brought up to
 * date, under the lock of the badge row, which is taken behind no other.
 *
 *   total = badge.total + the sum of (unread now - badge_chat.counted)
 *
 * Chats in mode pull have no events.  They are counted each time, and are not
 * in badge_chat.
 *
 * badge.upto_index -1, or below the floor of the inbox: all is counted again.
 */
#ifndef IM_BADGE_H
#define IM_BADGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/chat.h"
#include "io/cache.h"
#include "io/db.h"

extern const struct db_stmt *const badge_statements[];

#define BADGE_TAIL_MAX 1000 /* events; all is counted again above it */
#define BADGE_STORE    32   /* changes; above it the sum is stored */

/*
 * The sum, as of the user_index that the caller has read.  Cached under both, a
 * minute long, and not beyond the end of a mute or the expiry of a message; not
 * if the user has chats in mode pull.
 */
int badge_total(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t user_index, int64_t *total_out, struct error *err);
/* The same, and where the logs of their chats in mode pull are, which it has to
 * read in any case: ascending conv_id, at most CHAT_PULL_MAX:
 * pinned ones first, then those that came into the mode last. */
int badge_total_heads(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t user_index, int64_t *total_out,
    struct chat_heads *heads_out, struct error *err);
/* Chats of n (user_id, user_index) have turned to mode pull: user_index no
 * longer tells of all changes. */
void badge_forget(struct db *db, struct cache *cache, struct arena *a,
    const int64_t (*users)[2], size_t n);

/* A chat that was counted now, and what badge_chat says of it. */
struct badge_change {
	struct chat chat;
	int64_t unread, counted; /* 0 in mode pull: badge_chat knows none */
	int64_t old_unread, old_counted;
	int64_t again_ms;
};
/* What has changed since the sum was stored: ascending conv_id. */
int badge_changes(struct db *db, struct arena *a, int64_t user_id,
    struct badge_change **out, size_t *n_out, struct error *err);

/*
 * Up to max chats that may have something unread, ascending; more than that:
 * *n_out is max.
 */
int badge_unread(struct db *db, struct arena *a, int64_t user_id, size_t max,
    int64_t **conv_ids_out, size_t *n_out, struct error *err);

#endif
