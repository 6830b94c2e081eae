/*
 * chat: a user's side of a conversation, and the rank.
 *
 * The user's settings (pinned, muted, ...)  are in chat_setting; chat has
 * copies of those that rank and badge need, and how far fan-out has processed
 * the conversation for this user.  Fan-out updates it in the transaction of the
 * inbox rows, so a list and the inbox head read in one snapshot agree.
 *
 *   unread = (last_ordinal - own_ordinal) - (read_ordinal - own_at_read)
 *
 * That is, others' messages up to the end less those up to the mark, which is
 * never below the beginning of the member's present interval (base_*).  The
 * result is at least 0, as a mark may be ahead of fan-out.
 *
 * Messages that the user has deleted for themselves are taken away behind the
 * statement, for those chats that have any; and a page of unread chats may be
 * shorter for it.
 *
 * A chat that was cleared or hidden is not in the rank until something new
 * comes.
 *
 * In mode pull, fan-out does not update the rows of those who stay.  chat.mode
 * says so, and the figures are read from conv_seq and the log instead.  The
 * index of the rank does not order such chats: each page reads all of a user's,
 * at most CHAT_PULL_MAX, in a statement of its own.  Outside a snapshot, a page
 * may lack a chat whose mode changes meanwhile.
 */
#ifndef IM_CHAT_H
#define IM_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/inbox.h"
#include "io/db.h"

extern const struct db_stmt *const chat_statements[];
/* Of those who change settings. */
extern const struct db_stmt *const chat_write_statements[];

enum chat_notify { NOTIFY_ALL, NOTIFY_MENTIONS, NOTIFY_NONE };
#define CHAT_NOTIFY "all|mentions|none" /* from 1 */
extern const char *const chat_notify_names[];

/* Of a user's chats in mode pull, as many are ranked. */
#define CHAT_PULL_MAX 1000

struct chat {
	int64_t user_id, conv_id;
	int64_t mode; /* how it is read: an enum conv_mode */
	int64_t listed, pinned;
	int64_t last_ms, last_index, last_ordinal;
	int64_t last_message_index; /* in mode pull, of some earlier moment */
	int64_t muted_until_ms, notify, marked_unread;
	int64_t hidden;        /* no message has come since it was hidden */
	int64_t shown;         /* in the list */
	int64_t cleared_index; /* -1: never */
	int64_t has_hidden;    /* see personal.h */
	struct str folder, background, remark;
	struct str draft; /* p NULL: none */
	int64_t draft_version;
	int64_t read_index;
	int64_t unread;
	int64_t mentions;
};

/* A position in the rank: the last item of the page before. */
struct chat_place {
	int64_t pinned, last_ms, conv_id;
};

struct chat_query {
	int64_t user_id;
	bool has_after;
	struct chat_place after;
	struct str folder; /* p NULL: all */
	bool unread_only;  /* or marked as unread */
	bool hidden_only;  /* in place of those that the list shows */
	int64_t limit;
};

/* < 0: a comes first. */
int chat_compare_places(const struct chat_place *a, const struct chat_place *b);
struct chat_place chat_place_of(const struct chat *c);

/* A page of the rank: pinned first, then by last activity.  It walks along the
 * rank; im/user/rank.h knows shorter ways. */
int chat_rank(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **out, size_t *n_out, struct error *err);

/* The rows for n conversations, ascending conv_id; missing ones left out. */
int chat_load(struct db *db, struct arena *a, int64_t user_id,
    const int64_t *conv_ids, size_t n, struct chat **out, size_t *n_out,
    struct error *err);
/* Where the logs of a user's chats in mode pull are. */
struct chat_heads {
	size_t n;
	struct chat_head {
		int64_t conv_id, last_index, last_ordinal;
	} * list;
};
/* Does it count in the user's badge? */
bool chat_is_counted(const struct chat *c, int64_t now_ms);
const struct chat *chat_pick(const struct chat *chats, size_t n,
    int64_t conv_id);

/* Inserts a group's row for its creator, so that it is listed at once; fan-out
 * updates it later.  Does nothing if it exists. */
int chat_insert(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t last_ms, struct error *err);

/* In the transaction that changed chat_setting, under the user's user_seq:
 * brings the copies in the row up to date. */
int chat_copy_setting(struct db *db, int64_t user_id, int64_t conv_id,
    struct error *err);

/*
 * The same for a direct or self chat, which has no entry that adds it, with the
 * `added` event for the user's devices; both, or neither if the row exists
 * (event_out->user_index is then 0).  In a transaction of its own.
 */
int chat_open(struct db *db, struct arena *a, int64_t user_id, int64_t conv_id,
    int64_t last_ms, struct inbox_row *event_out, struct error *err);
/* Does the row exist?  1 or 0. */
int chat_has(struct db *db, struct arena *a, int64_t user_id, int64_t conv_id,
    struct error *err);
/* The event of opening a chat. */
struct inbox_row chat_added(int64_t user_id, int64_t conv_id, int64_t at_ms);

#endif
