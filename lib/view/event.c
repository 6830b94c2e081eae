#include "view/event.h"

#include "base/err.h"
#include "im/user/inbox.h"
#include "io/json_writer.h"
#include "view/view.h"

static void head(struct json_writer *w, const char *type, int64_t at_ms,
    int64_t conv_id)
{
	json_put_cstr(w, "type", type);
	json_put_int(w, "at", at_ms);
	json_put_id(w, "conv_id", conv_id);
}

void event_entry(struct json_writer *w, const struct entry *e, int64_t floor)
{
	head(w, "entry", e->sent_ms, e->conv_id);
	json_key(w, "entry");
	view_entry(w, e, floor);
}

void event_entry_gone(struct json_writer *w, int64_t at_ms, int64_t conv_id)
{
	head(w, "entry", at_ms, conv_id);
	json_put_null(w, "entry");
}

void event_conversation(struct json_writer *w, int64_t at_ms, int64_t conv_id,
    int64_t action, int64_t by_id, const struct conv *conv, int64_t my_role,
    const struct user *peer)
{
	head(w, "conversation", at_ms, conv_id);
	json_put_cstr(w, "action", inbox_action_name(action));
	if (by_id != 0)
		json_put_id(w, "by", by_id);
	if (conv) {
		json_key(w, "conversation");
		view_conv(w, conv, my_role, peer);
	}
}

void event_chat(struct json_writer *w, int64_t at_ms, const struct chat *c)
{
	head(w, "chat", at_ms, c->conv_id);
	json_key(w, "me");
	view_me(w, c);
	json_put_int(w, "read_index", c->read_index);
	json_put_int(w, "cleared_index",
	    c->cleared_index > 0 ? c->cleared_index : 0);
	json_put_int(w, "unread", c->unread);
	json_put_int(w, "unread_ordinal", c->last_ordinal);
	json_put_int(w, "mentions", c->mentions);
}

static void put_reminder(struct json_writer *w, const struct inbox_row *r)
{
	static const char *const states[] = {
		[INBOX_REMINDER_SET] = "set",
		[INBOX_REMINDER_CANCELLED] = "cancelled",
		[INBOX_REMINDER_DUE] = "due",
	};

	BUG_ON(
	    r->action < INBOX_REMINDER_SET || r->action > INBOX_REMINDER_DUE);
	json_put_cstr(w, "state", states[r->action]);
	json_put_int(w, "remind_at", r->arg);
}

static void put_scheduled(struct json_writer *w, const struct inbox_row *r)
{
	static const char *const states[] = {
		[INBOX_SCHEDULED_SET] = "scheduled",
		[INBOX_SCHEDULED_CHANGED] = "changed",
		[INBOX_SCHEDULED_CANCELLED] = "cancelled",
		[INBOX_SCHEDULED_SENT] = "sent",
		[INBOX_SCHEDULED_FAILED] = "failed",
	};

	BUG_ON(r->action < INBOX_SCHEDULED_SET ||
	       r->action > INBOX_SCHEDULED_FAILED);
	json_put_cstr(w, "state", states[r->action]);
	if (r->action == INBOX_SCHEDULED_FAILED)
		json_put_cstr(w, "reason", err_code_of(r->arg));
}

void event_own(struct json_writer *w, const struct inbox_row *r)
{
	static const char *const types[] = {
		[INBOX_HIDDEN] = "hidden",
		[INBOX_STAR] = "star",
		[INBOX_REMINDER] = "reminder",
		[INBOX_SCHEDULED] = "scheduled",
	};

	BUG_ON(r->kind < INBOX_HIDDEN || r->kind > INBOX_SCHEDULED);
	head(w, types[r->kind], r->at_ms, r->conv_id);
	if (r->conv_index)
		json_put_int(w, "conv_index", r->conv_index);
	json_put_id(w, "msg_id", r->by_id);
	if (r->kind == INBOX_STAR)
		json_put_bool(w, "starred", r->action == INBOX_STARRED);
	else if (r->kind == INBOX_REMINDER)
		put_reminder(w, r);
	else if (r->kind == INBOX_SCHEDULED)
		put_scheduled(w, r);
}

void event_contact(struct json_writer *w, const struct inbox_row *r)
{
	static const char *const actions[] = {
		[INBOX_CONTACT_REQUESTED] = "requested",
		[INBOX_CONTACT_ACCEPTED] = "accepted",
		[INBOX_CONTACT_REJECTED] = "rejected",
		[INBOX_CONTACT_REMOVED] = "removed",
		[INBOX_CONTACT_REMARK] = "remark",
	};

	BUG_ON(r->action < INBOX_CONTACT_REQUESTED ||
	       r->action > INBOX_CONTACT_REMARK);
	json_put_cstr(w, "type", "contact");
	json_put_int(w, "at", r->at_ms);
	json_put_cstr(w, "action", actions[r->action]);
	json_put_id(w, "user_id", r->arg);
	json_put_id(w, "by", r->by_id);
}

void event_profile(struct json_writer *w, int64_t at_ms,
    const struct user *user)
{
	json_put_cstr(w, "type", "profile");
	json_put_int(w, "at", at_ms);
	json_key(w, "user");
	view_user(w, user);
}

void event_settings(struct json_writer *w, const struct inbox_row *r,
    const struct user_setting *settings)
{
	json_put_cstr(w, "type", "settings");
	json_put_int(w, "at", r->at_ms);
	json_key(w, "settings");
	view_settings(w, settings);
	if (!r->action)
		return;
	json_key(w, "block");
	json_begin(w);
	json_put_id(w, "user_id", r->arg);
	json_put_bool(w, "blocked", r->action == INBOX_BLOCKED);
	json_end(w);
}

void event_mark(struct json_writer *w, const char *type, int64_t at_ms,
    int64_t conv_id, int64_t user_id, int64_t conv_index)
{
	head(w, type, at_ms, conv_id);
	json_put_id(w, "user_id", user_id);
	json_put_int(w, "conv_index", conv_index);
}

void event_expiring(struct json_writer *w, int64_t at_ms,
    const struct burning *b)
{
	head(w, "expiring", at_ms, b->conv_id);
	json_put_int(w, "conv_index", b->conv_index);
	json_put_id(w, "msg_id", b->msg_id);
	json_put_int(w, "expires_at", b->expires_ms);
}

void event_head(struct json_writer *w, const struct entry *last)
{
	head(w, "head", last->sent_ms, last->conv_id);
	json_put_int(w, "last_index", last->conv_index);
	json_put_int(w, "last_ordinal", last->ordinal);
}

void event_typing(struct json_writer *w, int64_t at_ms, int64_t conv_id,
    int64_t user_id, struct str state, struct str activity)
{
	head(w, "typing", at_ms, conv_id);
	json_put_id(w, "user_id", user_id);
	json_put_str(w, "state", state);
	json_put_str(w, "activity", activity);
}

void event_ephemeral(struct json_writer *w, const struct entry *e,
    int64_t floor)
{
	head(w, "ephemeral", e->sent_ms, e->conv_id);
	json_key(w, "message");
	json_begin(w);
	json_put_id(w, "msg_id", e->msg_id);
	json_put_id(w, "conv_id", e->conv_id);
	json_put_str(w, "client_msg_id", e->client_msg_id);
	view_entry_content(w, e, floor);
	view_flags(w, e->flags, true);
	json_end(w);
}
