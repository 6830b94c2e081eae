/*
 * What is known of a person: what they have set and who they know, then their
 * chats one by one, each with the entries that they may see now.  What they
 * have sent to a chat is theirs, also where they are no member any more, or
 * not since then; what they have cleared or deleted for themselves, and what
 * was recalled or has expired, is in neither.
 */
#include "export_page.h"

#include "im/conv/history.h"
#include "im/conv/place.h"
#include "im/conv/right.h"
#include "im/conv/sent.h"
#include "im/user/block.h"
#include "im/user/chat.h"
#include "im/user/contact.h"
#include "im/user/erasure.h"
#include "im/user/personal.h"
#include "im/user/session.h"
#include "im/user/user.h"
#include "im/user/user_setting.h"
#include "view/contact.h"
#include "view/kept.h"
#include "view/session.h"
#include "view/view.h"

/* ---- the person ---- */

static int put_profile(struct export_page *p, struct error *err)
{
	struct user_setting s;
	struct user *u;

	if (user_read(p->j->db, p->a, p->e.user_id, &u, err) < 0 ||
	    user_setting_get(p->j->db, p->a, p->e.user_id, &s, err) < 0)
		return -1;
	p->is_gone = !u || user_is_erased(u);
	if (p->is_gone)
		return 1;
	export_page_head(p);
	view_user(export_page_begin(p, "profile"), u);
	export_page_end(p);
	view_settings(export_page_begin(p, "settings"), &s);
	export_page_end(p);
	return 1;
}

/* ---- whom they know: rows about others ---- */

struct others {
	const char *name; /* of a line */
	/* The other one of row i. */
	int64_t (*id)(const void *rows, size_t i);
	void (*put)(struct json_writer *w, const void *rows, size_t i,
	    const struct user *user);
};

static int put_others(struct export_page *p, const struct others *kind,
    const void *rows, size_t n, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(p->a, n, int64_t);
	struct user *users;
	size_t n_users;

	for (size_t i = 0; i < n; i++)
		p->e.at_id = ids[i] = kind->id(rows, i);
	if (user_load(p->j->db, p->j->cache, p->a, ids, n, &users, &n_users,
		err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		kind->put(export_page_begin(p, kind->name), rows, i,
		    user_pick(users, n_users, kind->id(rows, i)));
		export_page_end(p);
	}
	return n < EXPORT_PAGE;
}

static int64_t contact_id(const void *rows, size_t i)
{
	return ((const struct contact *)rows)[i].other_id;
}

static void contact_put(struct json_writer *w, const void *rows, size_t i,
    const struct user *user)
{
	view_contact(w, (const struct contact *)rows + i, user);
}

static int put_contacts(struct export_page *p, struct error *err)
{
	static const struct others kind = { "contact", contact_id,
		contact_put };
	struct contact *rows;
	size_t n;

	if (contact_list(p->j->db, p->a, p->e.user_id, 0, p->e.at_id,
		EXPORT_PAGE, &rows, &n, err) < 0)
		return -1;
	return put_others(p, &kind, rows, n, err);
}

static int64_t block_id(const void *rows, size_t i)
{
	return ((const struct block *)rows)[i].blocked_id;
}

static void block_put(struct json_writer *w, const void *rows, size_t i,
    const struct user *user)
{
	view_block(w, (const struct block *)rows + i, user);
}

static int put_blocks(struct export_page *p, struct error *err)
{
	static const struct others kind = { "block", block_id, block_put };
	struct block *rows;
	size_t n;

	if (block_list(p->j->db, p->a, p->e.user_id, p->e.at_id, EXPORT_PAGE,
		&rows, &n, err) < 0)
		return -1;
	return put_others(p, &kind, rows, n, err);
}

/* Newest first. */
static int put_sessions(struct export_page *p, struct error *err)
{
	struct session *rows;
	size_t n;

	if (session_list(p->j->db, p->a, p->e.user_id, p->e.at_id, EXPORT_PAGE,
		&rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_session(export_page_begin(p, "session"), &rows[i], false);
		export_page_end(p);
		p->e.at_id = rows[i].session_id;
	}
	return n < EXPORT_PAGE;
}

/* ---- chats: at_id is the conversation, at_index the next entry of it; 0: its
 * own line ---- */

struct chat_view {
	struct place *place;
	struct chat *chat; /* NULL: nobody has written to it */
	struct export_reader reader;
	int64_t own_floor; /* of what they have sent themselves */
};

static int read_chat(struct export_page *p, struct chat_view *v,
    struct error *err)
{
	const struct entry_ref ref = { p->e.at_id, 0 };
	struct db *db = p->j->db;
	struct personal own;
	size_t n, n_chats;

	if (place_load(db, p->a, p->e.user_id, &ref, 1, &v->place, &n, err) <
		0 ||
	    chat_load(db, p->a, p->e.user_id, &p->e.at_id, 1, &v->chat,
		&n_chats, err) < 0 ||
	    personal_find(db, p->a, p->e.user_id, p->e.at_id, &own, err) < 0)
		return -1;
	if (n == 0 || v->place->conv.app_id != p->e.app_id)
		return 0;
	if (n_chats == 0)
		v->chat = NULL;
	v->own_floor = personal_floor(&own, 1);
	v->reader = (struct export_reader){
		.user_id = p->e.user_id,
		.hides = own.has_hidden != 0,
		.floor = INT64_MAX,
	};
	if (member_is_present(&v->place->member))
		v->reader.floor = personal_floor(&own,
		    right_floor(&v->place->conv, &v->place->member));
	return 1;
}

static int put_chat(struct export_page *p, struct chat_view *v,
    struct error *err)
{
	const bool is_member = member_is_present(&v->place->member);
	struct json_writer *w;
	struct user peer;
	int has_peer = 0;

	if (is_member && v->place->peer_id)
		has_peer = user_find(p->j->db, p->j->cache, p->a, p->e.app_id,
		    v->place->peer_id, &peer, err);
	if (has_peer < 0)
		return -1;
	w = export_page_begin(p, "chat");
	json_begin(w);
	json_put_id(w, "conv_id", p->e.at_id);
	if (is_member) {
		json_key(w, "conversation");
		view_conv(w, &v->place->conv, v->place->member.role,
		    has_peer ? &peer : NULL);
	} else {
		json_put_int(w, "left_index", v->place->member.left_index);
	}
	v->place->member.read_index = v->chat ? v->chat->read_index : -1;
	json_key(w, "member");
	view_member(w, &v->place->member, NULL);
	if (v->chat) {
		json_key(w, "me");
		view_me(w, v->chat);
	}
	json_end(w);
	export_page_end(p);
	return 0;
}

/* 1: none is left below `below`. */
static int put_sent(struct export_page *p, const struct chat_view *v,
    int64_t below, struct error *err)
{
	struct export_reader alone = v->reader;
	struct entry_ref *refs;
	struct entry *entries;
	int64_t *at;
	size_t n;

	/* Nothing of others: what it quotes, who has reacted. */
	alone.floor = INT64_MAX;
	if (sent_list(p->j->db, p->a, p->e.at_id, p->e.user_id,
		p->e.at_index - 1, below, EXPORT_PAGE, &at, &n, err) < 0)
		return -1;
	refs = ARENA_ARRAY(p->a, n, struct entry_ref);
	entries = ARENA_ARRAY(p->a, n, struct entry);
	for (size_t i = 0; i < n; i++)
		refs[i] = (struct entry_ref){ p->e.at_id, at[i] };
	if (entry_load(p->j->db, p->a, refs, n, entries, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		entries[i].flags &= ~ENTRY_REACTIONS;
	if (n)
		p->e.at_index = at[n - 1] + 1;
	if (export_page_entries(p, &alone, entries, n, err) < 0)
		return -1;
	return n < EXPORT_PAGE;
}

static int put_seen(struct export_page *p, const struct chat_view *v,
    struct error *err)
{
	int64_t last = v->place->conv.last_index;
	int64_t hi = p->e.at_index + EXPORT_PAGE - 1;
	struct entry *entries;
	size_t n;

	if (hi > last)
		hi = last;
	if (entry_range(p->j->db, p->a, p->e.at_id, p->e.at_index, hi, &entries,
		&n, err) < 0 ||
	    export_page_entries(p, &v->reader, entries, n, err) < 0)
		return -1;
	p->e.at_index = hi + 1;
	return hi == last;
}

/* 1: this chat is done. */
static int put_log(struct export_page *p, const struct chat_view *v,
    struct error *err)
{
	const int64_t floor = v->reader.floor;
	int rc;

	if (p->e.at_index < v->own_floor)
		p->e.at_index = v->own_floor;
	if (p->e.at_index >= floor)
		return put_seen(p, v, err);
	rc = put_sent(p, v, floor, err);
	if (rc <= 0 || floor == INT64_MAX)
		return rc;
	p->e.at_index = floor;
	return 0;
}

/* One chat, or a page of it: as it is now, so that nothing is written that was
 * taken from this person meanwhile. */
static int put_chats(struct export_page *p, struct error *err)
{
	struct chat_view v;
	int64_t conv_id;
	int found, done = 1;

	if (erasure_next_conv(p->j->db, p->a, p->e.user_id, p->e.at_id,
		&conv_id, err) < 0)
		return -1;
	if (conv_id == 0)
		return 1;
	if (conv_id != p->e.at_id) {
		p->e.at_id = conv_id;
		p->e.at_index = 0;
	}
	found = read_chat(p, &v, err);
	if (found < 0)
		return -1;
	if (found && p->e.at_index == 0) {
		if (put_chat(p, &v, err) < 0)
			return -1;
		p->e.at_index = 1;
	}
	if (found)
		done = put_log(p, &v, err);
	if (done > 0) {
		p->e.at_id++;
		p->e.at_index = 0;
	}
	return done < 0 ? -1 : 0;
}

/* ---- what they keep for themselves: at_index is the time of the last one,
 * at_id its message ---- */

static int put_stars(struct export_page *p, struct error *err)
{
	struct star_place after = { p->e.at_index, p->e.at_id };
	struct star *rows;
	size_t n;

	if (after.msg_id == 0)
		after = (struct star_place){ INT64_MAX, INT64_MAX };
	if (star_list(p->j->db, p->a, p->e.user_id, &after, EXPORT_PAGE, &rows,
		&n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_star(export_page_begin(p, "star"), &rows[i]);
		export_page_end(p);
		p->e.at_index = rows[i].starred_ms;
		p->e.at_id = rows[i].msg_id;
	}
	return n < EXPORT_PAGE;
}

static int put_reminders(struct export_page *p, struct error *err)
{
	const struct reminder_place after = { p->e.at_index, p->e.at_id };
	struct reminder *rows;
	size_t n;

	if (reminder_list(p->j->db, p->a, p->e.user_id, &after, EXPORT_PAGE,
		&rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct json_writer *w = export_page_begin(p, "reminder");

		json_begin(w);
		view_reminder(w, &rows[i]);
		json_end(w);
		export_page_end(p);
		p->e.at_index = rows[i].remind_ms;
		p->e.at_id = rows[i].msg_id;
	}
	return n < EXPORT_PAGE;
}

static int put_scheduled(struct export_page *p, struct error *err)
{
	const struct scheduled_place after = { p->e.at_index, p->e.at_id };
	struct scheduled *rows;
	size_t n;

	if (scheduled_list(p->j->db, p->a, p->e.user_id, 0, &after, EXPORT_PAGE,
		&rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_scheduled(export_page_begin(p, "scheduled"), &rows[i]);
		export_page_end(p);
		p->e.at_index = rows[i].send_ms;
		p->e.at_id = rows[i].msg_id;
	}
	return n < EXPORT_PAGE;
}

/* Rows keep the number of a part: new ones stand behind the others. */
export_part_fn *const export_person_parts[] = { put_profile, put_contacts,
	put_blocks, put_sessions, put_chats, put_stars, put_reminders,
	put_scheduled, export_page_tail, NULL };
