#include "view/publish.h"

#include <inttypes.h>

#include "im/conv/member.h"
#include "im/user/chat.h"
#include "im/user/privacy.h"
#include "io/db_clock.h"
#include "io/json_writer.h"
#include "view/convset.h"
#include "view/event.h"
#include "view/view.h"

/* An event being written: the members of its object, without braces. */
struct draft {
	struct json_writer w;
	struct buf b;
};

static struct json_writer *draft_begin(struct draft *d)
{
	buf_init(&d->b);
	json_writer_init(&d->w, &d->b);
	json_begin_members(&d->w);
	return &d->w;
}

static void send_to_user(const struct publisher *p, struct draft *d,
    int64_t user_id, int64_t user_index)
{
	struct bus_to to = { user_id, user_index };
	struct bus_frame f = { .type = BUS_EVENT,
		.to = &to,
		.n_to = 1,
		.body = STR_NONE };

	json_end_members(&d->w);
	f.body = buf_view(&d->b);
	bus_publish(p->bus, p->a, &f);
	buf_release(&d->b);
}

/* In passing, to all of ids but one; in the arena. */
static struct bus_frame frame_to_ids(const struct publisher *p, struct draft *d,
    enum bus_type type, const int64_t *ids, size_t n, int64_t but_user_id)
{
	struct bus_frame f = { .type = type,
		.to = NULL,
		.n_to = 0,
		.body = STR_NONE };
	struct bus_to *to = ARENA_ARRAY(p->a, n, struct bus_to);

	json_end_members(&d->w);
	for (size_t i = 0; i < n; i++)
		if (ids[i] != but_user_id)
			to[f.n_to++] = (struct bus_to){ ids[i], 0 };
	f.to = to;
	f.body = arena_str(p->a, buf_view(&d->b));
	buf_release(&d->b);
	return f;
}

static void send_to_ids(const struct publisher *p, struct draft *d,
    enum bus_type type, const int64_t *ids, size_t n, int64_t but_user_id)
{
	struct bus_frame f = frame_to_ids(p, d, type, ids, n, but_user_id);

	if (f.n_to > 0)
		bus_publish(p->bus, p->a, &f);
}

/* To those whom the live nodes know as the audience of a conversation in mode
 * pull: nobody has to know all its members for that. */
static void send_to_pull(const struct publisher *p, struct draft *d)
{
	struct bus_frame f = frame_to_ids(p, d, BUS_AUDIENCE_EVENT, NULL, 0, 0);

	bus_broadcast(p->bus, &f);
}

/*
 * but_user_id 0: to all members.  Of a conversation with more than all_max,
 * only to those who look at it.
 */
static void send_to_members(const struct publisher *p, struct draft *d,
    int64_t conv_id, int64_t but_user_id, size_t all_max)
{
	struct error ignored;
	int64_t *ids;
	bool is_pull;
	size_t n;

	if (member_ids_told(p->db, p->cache, p->a, conv_id, &ids, &n, &is_pull,
		&ignored) < 0)
		n = 0, is_pull = false;
	if (is_pull)
		send_to_pull(p, d);
	else
		send_to_ids(p, d, n <= all_max ? BUS_EVENT : BUS_CHAT_EVENT,
		    ids, n, but_user_id);
}

void publish_added(const struct publisher *p, const struct inbox_row *row,
    const struct convset *set)
{
	struct draft d;

	event_conversation(draft_begin(&d), row->at_ms, row->conv_id,
	    row->action, row->by_id, convset_conv(set, row->conv_id),
	    convset_role(set, row->conv_id), convset_peer(set, row->conv_id));
	send_to_user(p, &d, row->user_id, row->user_index);
}

void publish_profile(const struct publisher *p, const struct inbox_row *row,
    const struct user *u)
{
	struct draft d;

	event_profile(draft_begin(&d), row->at_ms, u);
	send_to_user(p, &d, u->user_id, row->user_index);
}

void publish_settings(const struct publisher *p, const struct inbox_row *row,
    const struct user_setting *s)
{
	struct bus_to to = { s->user_id, 0 };
	struct draft d;

	event_settings(draft_begin(&d), row, s);
	send_to_user(p, &d, s->user_id, row->user_index);
	bus_broadcast(p->bus,
	    &(struct bus_frame){ .type = BUS_SETTINGS,
		.to = &to,
		.n_to = 1,
		.body = arena_printf(p->a,
		    "\"user_id\":\"%" PRId64 "\",\"last_seen\":\"%.*s\","
		    "\"read_receipts\":%s",
		    s->user_id, STR_ARG(str_word(AUDIENCES, s->last_seen)),
		    s->read_receipts ? "true" : "false") });
}

void publish_block(const struct publisher *p, const struct inbox_row *row)
{
	struct user_setting s;
	struct error ignored;
	struct draft d;

	if (user_setting_get(p->db, p->a, row->user_id, &s, &ignored) < 0)
		return;
	event_settings(draft_begin(&d), row, &s);
	send_to_user(p, &d, row->user_id, row->user_index);
}

void publish_own(const struct publisher *p, const struct inbox_row *row)
{
	struct draft d;

	if (row->user_index == 0)
		return;
	event_own(draft_begin(&d), row);
	send_to_user(p, &d, row->user_id, row->user_index);
}

void publish_contact(const struct publisher *p, const struct inbox_row *row)
{
	struct draft d;

	if (row->user_index == 0)
		return;
	event_contact(draft_begin(&d), row);
	send_to_user(p, &d, row->user_id, row->user_index);
}

/* ---- marks ---- */

void publish_chat(const struct publisher *p, const struct inbox_row *row)
{
	struct error ignored;
	struct chat *chats;
	struct draft d;
	size_t n;

	if (row->user_index == 0 ||
	    chat_load(p->db, p->a, row->user_id, &row->conv_id, 1, &chats, &n,
		&ignored) < 0 ||
	    n == 0)
		return;
	event_chat(draft_begin(&d), row->at_ms, chats);
	send_to_user(p, &d, row->user_id, row->user_index);
}

/* ---- marks ---- */

/*
 * To those who give read receipts, if the reader does, too (im/user/privacy.h).
 * False: not to all members, who may have to be told that it was delivered.
 */
static bool publish_read(const struct publisher *p, const struct mark *m)
{
	struct error ignored;
	int64_t *ids, *shown;
	size_t n, n_shown;
	struct draft d;
	bool gives, is_pull;

	if (member_ids_told(p->db, p->cache, p->a, m->conv_id, &ids, &n,
		&is_pull, &ignored) < 0)
		return false;
	/* They have blocked each other. */
	if (n == 0 && !is_pull)
		return true;
	if (privacy_readers(p->db, p->a, m->user_id, ids, n, &shown, &n_shown,
		&gives, &ignored) < 0 ||
	    !gives)
		return false;
	event_mark(draft_begin(&d), "read", db_clock_ms(p->db), m->conv_id,
	    m->user_id, m->read_index);
	if (is_pull) {
		/* The nodes know who gives none. */
		send_to_pull(p, &d);
		return false;
	}
	send_to_ids(p, &d,
	    n <= PUBLISH_MEMBERS_MAX ? BUS_EVENT : BUS_CHAT_EVENT, shown,
	    n_shown, m->user_id);
	return n <= PUBLISH_MEMBERS_MAX && n_shown == n;
}

/* Of what a mark has moved over; members of a group move over the same. */
struct senders {
	const struct mark *of;
	int64_t *ids;
	size_t n;
};

static void find_senders(const struct publisher *p, const struct mark *m,
    struct senders *s)
{
	struct error ignored;

	if (s->of && s->of->conv_id == m->conv_id &&
	    s->of->delivered_before == m->delivered_before &&
	    s->of->delivered_index == m->delivered_index)
		return;
	s->of = m;
	if (member_senders(p->db, p->a, m->conv_id, m->delivered_before,
		m->delivered_index, &s->ids, &s->n, &ignored) < 0)
		s->n = 0;
}

void publish_delivered(const struct publisher *p, const struct mark *marks,
    size_t n)
{
	struct bus_frame *frames = ARENA_ARRAY(p->a, n, struct bus_frame);
	struct senders s = { .of = NULL };
	size_t n_frames = 0;

	for (size_t i = 0; i < n; i++) {
		const struct mark *m = &marks[i];
		struct draft d;

		find_senders(p, m, &s);
		if (!s.n || (s.n == 1 && s.ids[0] == m->user_id))
			continue;
		event_mark(draft_begin(&d), "delivered", db_clock_ms(p->db),
		    m->conv_id, m->user_id, m->delivered_index);
		frames[n_frames++] = frame_to_ids(p, &d, BUS_EVENT, s.ids, s.n,
		    m->user_id);
	}
	bus_publish_all(p->bus, p->a, frames, n_frames);
}

void publish_mark(const struct publisher *p, const struct mark_result *r)
{
	bool all = false;

	publish_chat(p, &r->event);
	if (r->read_moved)
		all = publish_read(p, &r->mark);
	if (r->delivered_moved && !all)
		publish_delivered(p, &r->mark, 1);
}

/* To both, in passing: whoever is away reads it in the entry. */
static void publish_expiring(const struct publisher *p,
    const struct burning *lit, size_t n)
{
	struct bus_frame *frames = ARENA_ARRAY(p->a, n, struct bus_frame);
	struct error ignored;
	int64_t *ids;
	bool is_pull; /* no direct chat is */
	size_t n_ids;

	if (n == 0 || member_ids(p->db, p->cache, p->a, lit->conv_id, &ids,
			  &n_ids, &is_pull, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		struct draft d;

		event_expiring(draft_begin(&d), db_clock_ms(p->db), &lit[i]);
		frames[i] = frame_to_ids(p, &d, BUS_EVENT, ids, n_ids, 0);
	}
	bus_publish_all(p->bus, p->a, frames, n);
}

void publish_burn(const struct publisher *p, const struct burn_result *r)
{
	publish_expiring(p, r->lit, r->n_lit);
	publish_mark(p, &r->mark);
}

/* ---- ephemeral ---- */

void publish_typing(const struct publisher *p, int64_t at_ms, int64_t conv_id,
    int64_t user_id, struct str state, struct str activity)
{
	struct draft d;

	event_typing(draft_begin(&d), at_ms, conv_id, user_id, state, activity);
	send_to_members(p, &d, conv_id, user_id, PUBLISH_MEMBERS_MAX);
}

void publish_ephemeral(const struct publisher *p, const struct entry *e,
    int64_t floor)
{
	struct draft d;

	event_ephemeral(draft_begin(&d), e, floor);
	send_to_members(p, &d, e->conv_id, 0, SIZE_MAX);
}

/* ---- im-live itself ---- */

void publish_sessions_ended(const struct publisher *p, int64_t user_id,
    const struct session_ended *ended, size_t n)
{
	struct bus_to to = { user_id, 0 };

	for (size_t i = 0; i < n; i++) {
		struct bus_frame f = { .type = BUS_SESSION_END,
			.to = &to,
			.n_to = 1,
			.body = arena_printf(p->a,
			    "\"session_id\":\"%" PRId64 "\",\"reason\":\"%s\"",
			    ended[i].session_id,
			    session_end_name(ended[i].reason)) };

		bus_broadcast(p->bus, &f);
	}
}

void publish_unwatch(const struct publisher *p, int64_t by, int64_t user_id)
{
	struct bus_to to = { by, 0 };
	struct bus_frame f = { .type = BUS_UNWATCH,
		.to = &to,
		.n_to = 1,
		.body = arena_printf(p->a, "\"user_id\":\"%" PRId64 "\"",
		    user_id) };

	bus_broadcast(p->bus, &f);
}
