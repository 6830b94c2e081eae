/*
 * event: events as the members of their JSON object, `type` and `at` first,
 * without user_index, for live frames and the inbox.
 */
#ifndef VIEW_EVENT_H
#define VIEW_EVENT_H

#include <stdint.h>

#include "base/str.h"
#include "im/conv/burn.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/user/chat.h"
#include "im/user/inbox.h"
#include "im/user/user.h"
#include "im/user/user_setting.h"
#include "io/json_writer.h"

void event_entry(struct json_writer *w, const struct entry *e, int64_t floor);
/* The entry is no longer visible to the reader. */
void event_entry_gone(struct json_writer *w, int64_t at_ms, int64_t conv_id);
/* action: enum inbox_action; conv NULL: omitted. */
void event_conversation(struct json_writer *w, int64_t at_ms, int64_t conv_id,
    int64_t action, int64_t by_id, const struct conv *conv, int64_t my_role,
    const struct user *peer);
/* The user's own side of a chat changed: a read mark moved, a setting. */
void event_chat(struct json_writer *w, int64_t at_ms, const struct chat *c);
/* A personal act: INBOX_HIDDEN, INBOX_STAR, INBOX_REMINDER, INBOX_SCHEDULED. */
void event_own(struct json_writer *w, const struct inbox_row *r);
/* INBOX_CONTACT. */
void event_contact(struct json_writer *w, const struct inbox_row *r);
void event_profile(struct json_writer *w, int64_t at_ms,
    const struct user *user);
/* INBOX_OWN_SETTINGS. */
void event_settings(struct json_writer *w, const struct inbox_row *r,
    const struct user_setting *settings);
/* Ephemeral: type "read" or "delivered". */
void event_mark(struct json_writer *w, const char *type, int64_t at_ms,
    int64_t conv_id, int64_t user_id, int64_t conv_index);
void event_expiring(struct json_writer *w, int64_t at_ms,
    const struct burning *b);
/* The log of a conversation in mode pull has moved. */
void event_head(struct json_writer *w, const struct entry *last);
void event_typing(struct json_writer *w, int64_t at_ms, int64_t conv_id,
    int64_t user_id, struct str state, struct str activity);
/* For an entry that is not in the log. */
void event_ephemeral(struct json_writer *w, const struct entry *e,
    int64_t floor);

#endif
