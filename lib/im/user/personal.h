/*
 * personal: what a user has taken out of their own view of the logs.
 *
 * A cleared chat raises the lowest index that the user may see; a message that
 * is deleted for the user keeps its place and shows nothing.  Both are facts of
 * the user, in chat_setting and message_hidden, and both are permanent.  They
 * are written under the user's user_seq row.
 *
 * Few users have any.  chat.has_hidden, chat.cleared_index and
 * user_seq.has_personal say who has, so that lists and inboxes of all others do
 * not look for them.
 */
#ifndef IM_PERSONAL_H
#define IM_PERSONAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/inbox.h"
#include "io/db.h"

extern const struct db_stmt *const personal_statements[];
/* Of those who change something. */
extern const struct db_stmt *const personal_write_statements[];

struct personal {
	int64_t user_id, conv_id;
	int64_t cleared_index; /* -1: never cleared */
	int64_t cleared_ordinal;
	int64_t has_hidden;
};

/* The rows of those of n conversations of which the user has cleared or hidden
 * something, ascending. */
int personal_load(struct db *db, struct arena *a, int64_t user_id,
    const int64_t *conv_ids, size_t n, struct personal **out, size_t *n_out,
    struct error *err);
/* Finds one in an array of personal_load(); NULL if missing. */
const struct personal *personal_pick(const struct personal *rows, size_t n,
    int64_t conv_id);
/* Of one conversation: 1, or 0 with a row of somebody who has done nothing. */
int personal_find(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct personal *out, struct error *err);

/* The lowest index that the user may see, where membership allows floor.  p may
 * be NULL. */
int64_t personal_floor(const struct personal *p, int64_t floor);

/* A place in a log that a user does not see. */
struct unseen {
	int64_t conv_id, conv_index, user_id;
};
/* Which of n places the user has hidden, and perhaps others between places of
 * the same log. */
int personal_hidden(struct db *db, struct arena *a, int64_t user_id,
    const int64_t (*places)[2], size_t n, struct unseen **out, size_t *n_out,
    struct error *err);
/* Who has hidden these places, or cleared their chats since. */
int personal_unseen(struct db *db, struct arena *a, const int64_t (*places)[2],
    size_t n, struct unseen **out, size_t *n_out, struct error *err);

/* ---- hidden messages that would count ---- */

/* A chat, between its read mark and its newest entry. */
struct personal_span {
	int64_t conv_id, read_index, last_index;
};
/* How many hidden messages, and mentions in hidden ones, there are. */
struct personal_count {
	int64_t conv_id, unread, mentions;
};
int personal_counts(struct db *db, struct arena *a, int64_t user_id,
    const struct personal_span *spans, size_t n, struct personal_count **out,
    size_t *n_out, struct error *err);

/* ---- changes ---- */

/* A message, and who deletes it for themselves. */
struct hidden {
	int64_t user_id, conv_id, conv_index;
	int64_t msg_id, sender_id, countable;
	int64_t hidden_ms; /* set by personal_hide() */
};

/*
 * In a transaction of its own: hides the message, with its event.  A hidden one
 * stays as it is: event_out->user_index is then 0.
 */
int personal_hide(struct db *db, struct arena *a, struct hidden *h,
    struct inbox_row *event_out, struct error *err);

/* In the transaction of inbox_lock(): what p says, never less than before; with
 * the copies in chat and user_seq. */
int personal_put(struct db *db, const struct personal *p, struct error *err);

#endif
