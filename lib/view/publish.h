/*
 * publish: sends events to live connections.
 *
 * Services and jobs call this after the commit, with their own database,
 * memcached and bus connections and the arena of the request or batch.  Events
 * are hints: nothing here fails, and a gap in user_index reveals what was lost.
 * lib/im knows no JSON and does not publish: its callers do, from what it
 * returns or in a callback.
 */
#ifndef VIEW_PUBLISH_H
#define VIEW_PUBLISH_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "im/conv/burn.h"
#include "im/conv/entry.h"
#include "im/user/inbox.h"
#include "im/user/mark.h"
#include "im/user/session.h"
#include "im/user/user.h"
#include "im/user/user_setting.h"
#include "io/bus.h"
#include "io/cache.h"
#include "io/db.h"
#include "view/convset.h"

struct publisher {
	struct db *db;
	struct cache *cache;
	struct bus *bus;
	struct arena *a;
};

/* ---- durable: each also has an inbox row ---- */

/*
 * The user was added to a conversation; set: the conversations as this user
 * sees them.
 */
void publish_added(const struct publisher *p, const struct inbox_row *row,
    const struct convset *set);
void publish_profile(const struct publisher *p, const struct inbox_row *row,
    const struct user *u);

/* Also tells the live nodes what they show of the user. */
void publish_settings(const struct publisher *p, const struct inbox_row *row,
    const struct user_setting *s);
/* Of whom the user has blocked. */
void publish_block(const struct publisher *p, const struct inbox_row *row);

/* A personal act: of INBOX_HIDDEN, INBOX_STAR, INBOX_REMINDER,
 * INBOX_SCHEDULED.  user_index 0: nothing is sent. */
void publish_own(const struct publisher *p, const struct inbox_row *row);

/* The user's own side of a chat has changed.  user_index 0: nothing is sent. */
void publish_chat(const struct publisher *p, const struct inbox_row *row);
/* INBOX_CONTACT; the same. */
void publish_contact(const struct publisher *p, const struct inbox_row *row);

/* ---- marks ---- */

/*
 * A mark moved: a chat event to its owner, read to the others, delivered to the
 * senders of what was received.  In a conversation of up to
 * PUBLISH_MEMBERS_MAX members read implies delivered for everybody; in a larger
 * one, read goes only to those who have the chat in the foreground.
 */
#define PUBLISH_MEMBERS_MAX 200
void publish_mark(const struct publisher *p, const struct mark_result *r);
/* The same, and to the members that messages expire at a known time now. */
void publish_burn(const struct publisher *p, const struct burn_result *r);
/* publish_mark() for marks that only moved their delivered indexes; those of a
 * conversation follow each other. */
void publish_delivered(const struct publisher *p, const struct mark *marks,
    size_t n);

/* ---- ephemeral: to every member except the one who causes it ---- */

/* state and activity: words of the API.  Above PUBLISH_MEMBERS_MAX members, and
 * in mode pull, to those who have the chat in the foreground. */
void publish_typing(const struct publisher *p, int64_t at_ms, int64_t conv_id,
    int64_t user_id, struct str state, struct str activity);
/* A message that is not stored; also sent to the sender.  floor: the lowest
 * index that all members may see. */
void publish_ephemeral(const struct publisher *p, const struct entry *e,
    int64_t floor);

/* ---- im-live itself ---- */

/* Closes the connections of sessions that have ended. */
void publish_sessions_ended(const struct publisher *p, int64_t user_id,
    const struct session_ended *ended, size_t n);

/* The presence of user_id is none of by's business any more. */
void publish_unwatch(const struct publisher *p, int64_t by, int64_t user_id);

#endif
