/*
 * chat_setting: what a user has set for a chat of theirs.
 *
 * A change is written under the user's user_seq row, with the copies in chat
 * and one `chat` event for the user's devices, so devices that replay the inbox
 * end where one that loads the list stands.  What changes nothing writes
 * nothing.
 */
#ifndef IM_CHAT_SETTING_H
#define IM_CHAT_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/chat.h"
#include "im/user/inbox.h"
#include "io/db.h"

#define CHAT_FOLDER_MAX     64    /* characters */
#define CHAT_BACKGROUND_MAX 512   /* characters */
#define CHAT_REMARK_MAX     256   /* characters */
#define CHAT_DRAFT_MAX      16384 /* bytes */
#define CHAT_FOLDERS_MAX    1000  /* of a user's folders, as many are listed */

extern const struct db_stmt *const chat_setting_statements[];

/* What changes; a text with p NULL takes the value away, and so does 0 of
 * muted_until_ms. */
struct chat_patch {
	bool has_notify, has_muted_until, has_pinned, has_folder;
	bool has_background, has_hidden, has_draft, has_marked_unread;
	bool has_remark;
	int64_t notify; /* enum chat_notify */
	int64_t muted_until_ms;
	bool pinned, hidden, marked_unread;
	struct str folder, background, remark;
	struct str draft;
	int64_t draft_version;
};

/*
 * In a transaction of its own.  The caller has checked that the user is a
 * member.  event_out->user_index 0: nothing has changed.  CONFLICT with field
 * draft.version: the stored draft is newer.
 */
int chat_setting_change(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, const struct chat_patch *patch,
    struct inbox_row *event_out, struct error *err);

/* The chat of a member; without settings if fan-out has not reached it yet. */
int chat_setting_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct chat *out, struct error *err);

/* A name that chats of the user have: how many of the list, and their part of
 * the badge as of its upto_index. */
struct chat_folder {
	struct str name;
	int64_t chats, unread;
};
/* By name; at most CHAT_FOLDERS_MAX. */
int chat_setting_folders(struct db *db, struct arena *a, int64_t user_id,
    struct chat_folder **out, size_t *n_out, struct error *err);

/* Up to max chats of a folder, in no order; p NULL: those marked as unread. */
int chat_setting_in(struct db *db, struct arena *a, int64_t user_id,
    struct str folder, int64_t max, int64_t **conv_ids_out, size_t *n_out,
    struct error *err);
/* Up to max chats that the user has hidden, the newest conversations first;
 * something may have come in them since. */
int chat_setting_hidden(struct db *db, struct arena *a, int64_t user_id,
    int64_t max, int64_t **conv_ids_out, size_t *n_out, struct error *err);

#endif
