#include "view/publish_fanout.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/order.h"
#include "im/conv/member.h"
#include "im/conv/reaction.h"
#include "im/conv/right.h"
#include "im/conv/sight.h"
#include "im/user/badge.h"
#include "im/user/personal.h"
#include "io/json_writer.h"
#include "view/event.h"
#include "view/publish.h"
#include "view/quote.h"
#include "view/shown.h"
#include "view/view.h"

/* It shows the conversation. */
static bool shows_conv(const struct fanout_event *ev)
{
	return ev->action == INBOX_ADDED || ev->action == INBOX_MODE ||
	       (ev->action == INBOX_SETTINGS && ev->role);
}

/* Loads what such events show of their conversations, and who may see the
 * quoted messages. */
static int load_convs(const struct publisher *p, const struct fanout *f,
    struct conv **convs, size_t *n, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(p->a, f->n_events, int64_t);
	size_t n_ids = 0;

	*n = 0;
	for (size_t i = 0; i < f->n_events; i++) {
		const struct fanout_event *ev = &f->events[i];

		if (shows_conv(ev) || f->has_personal ||
		    (ev->entry && shown_lowest(ev->entry)))
			ids[n_ids++] = ev->conv->conv_id;
	}
	return n_ids ? conv_load(p->db, p->a, ids, n_ids, convs, n, err) : 0;
}

static int load_shown(const struct publisher *p, const struct fanout *f,
    struct error *err)
{
	const struct shown_for to = { .in_event = true };

	for (size_t i = 0; i < f->n_convs; i++) {
		const struct fanout_conv *c = &f->convs[i];

		if (shown_load(p->db, p->a, &to, c->entries,
			(size_t)(c->to - c->lo + 1), err) < 0)
			return -1;
	}
	return 0;
}

static struct str body_of(struct arena *a, struct buf *b,
    const struct fanout_event *ev, const struct conv *conv, int64_t floor)
{
	const struct fanout_conv *c = ev->conv;
	const struct entry *e = ev->entry;
	struct json_writer w;

	buf_clear(b);
	json_writer_init(&w, b);
	json_begin_members(&w);
	if (ev->action == INBOX_MODE)
		event_conversation(&w, ev->at_ms, c->conv_id, ev->action, 0,
		    conv, ev->role, NULL);
	else if (ev->action)
		event_conversation(&w, e ? e->sent_ms : c->created_ms,
		    c->conv_id, ev->action, e ? e->sender_id : c->created_by,
		    shows_conv(ev) && e ? conv : NULL, ev->role, NULL);
	else if (sight_of(e, floor) == SIGHT_HIDDEN)
		event_entry_gone(&w, e->sent_ms, e->conv_id);
	else
		event_entry(&w, e, floor);
	json_end_members(&w);
	return arena_str(a, buf_view(b));
}

/* ---- who sees how much of an event ---- */

/*
 * The indexes that the event's entry refers to, and its own where somebody may
 * not see it any more, ascending.  Recipients with a floor between two of them
 * see the same.
 */
#define STEPS_MAX 4
struct steps {
	int64_t at[STEPS_MAX];
	size_t n;
};

static void add_step(struct steps *s, int64_t index)
{
	size_t i = s->n++;

	for (; i && s->at[i - 1] > index; i--)
		s->at[i] = s->at[i - 1];
	s->at[i] = index;
}

static struct steps steps_of(const struct fanout_event *ev, bool own)
{
	const struct entry *e = ev->entry;
	const struct entry *target = e && e->shown ? e->shown->target : NULL;
	struct steps s = { .n = 0 };

	if (e && e->quote)
		add_step(&s, e->quote->conv_index);
	if (target)
		add_step(&s, target->conv_index);
	if (target && target->quote)
		add_step(&s, target->quote->conv_index);
	if (e && own && !ev->action)
		add_step(&s, e->conv_index);
	return s;
}

/* Which of the messages that events show or refer to some members have deleted
 * for themselves, or cleared. */
struct unseens {
	struct unseen *list;
	size_t n;
};

static int load_unseen(const struct publisher *p, const struct fanout *f,
    struct unseens *u, struct error *err)
{
	int64_t(*places)[2] = arena_array(p->a, STEPS_MAX * f->n_events,
	    sizeof(*places));
	size_t n = 0;

	for (size_t i = 0; i < f->n_events; i++) {
		const struct steps s = steps_of(&f->events[i], f->has_personal);

		for (size_t k = 0; k < s.n; k++) {
			places[n][0] = f->events[i].conv->conv_id;
			places[n++][1] = s.at[k];
		}
	}
	return personal_unseen(p->db, p->a, places, n, &u->list, &u->n, err);
}

static bool is_unseen(const struct unseens *u, int64_t conv_id)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->list[i].conv_id == conv_id)
			return true;
	return false;
}

/* What an event refers to, it refers to in a chain: whoever does not see one
 * message of it sees none of those before, either. */
static int64_t raise_floor(const struct unseens *u, const struct steps *s,
    int64_t conv_id, int64_t user_id, int64_t floor)
{
	for (size_t i = 0; i < u->n; i++) {
		const struct unseen *at = &u->list[i];

		if (at->conv_id != conv_id || at->user_id != user_id)
			continue;
		for (size_t k = 0; k < s->n; k++)
			if (s->at[k] == at->conv_index &&
			    floor <= at->conv_index)
				floor = at->conv_index + 1;
	}
	return floor;
}

/* The lowest index that this recipient may see. */
static int64_t floor_of(const struct fanout_event *ev, const struct steps *s,
    const struct unseens *u, const struct conv *conv, int64_t user_id)
{
	const struct fanout_conv *c = ev->conv;
	struct member m = { .joined_index = INT64_MAX };

	for (size_t i = 0; conv->history != HISTORY_ALL && i < c->n_members;
	     i++)
		if (c->members[i].user_id == user_id)
			m.joined_index = c->members[i].joined_index;
	return raise_floor(u, s, c->conv_id, user_id, right_floor(conv, &m));
}

static size_t step_of(const struct steps *s, int64_t floor)
{
	size_t i = 0;

	while (i < s->n && s->at[i] < floor)
		i++;
	return i;
}

/* The floor of those at a step. */
static int64_t floor_at(const struct steps *s, size_t step)
{
	return step ? s->at[step - 1] + 1 : 0;
}

/*
 * Moves those who are at a step of s to the front; returns how many.  Without
 * the conversation nobody sees anything.
 */
static size_t sort_readers(const struct fanout_event *ev, const struct steps *s,
    const struct unseens *u, size_t step, const struct conv *conv,
    struct bus_to *to, size_t n_to)
{
	size_t n = 0;

	if (!s->n || !conv ||
	    (conv->history == HISTORY_ALL && !is_unseen(u, conv->conv_id)))
		return (s->n && !conv ? step == s->n : step == 0) ? n_to : 0;
	for (size_t i = 0; i < n_to; i++) {
		const struct bus_to one = to[i];

		if (step_of(s, floor_of(ev, s, u, conv, one.user_id)) != step)
			continue;
		to[i] = to[n];
		to[n++] = one;
	}
	return n;
}

/* ---- whose reactions an event shows ---- */

/* The message whose reactions it shows; NULL: none. */
static const struct entry *reacted_of(const struct fanout_event *ev)
{
	const struct entry *e = ev->action ? NULL : ev->entry;

	if (e && e->shown && e->shown->target)
		e = e->shown->target;
	return e && e->shown && e->shown->n_reactions ? e : NULL;
}

/* A recipient, and which of the message's reactions are theirs. */
struct reactor {
	struct bus_to to;
	uint32_t own;
};
_Static_assert(REACTION_KINDS_MAX <= 32, "one bit each");

static uint32_t bit_of(const struct entry *e, struct str emoji)
{
	for (size_t i = 0; i < e->shown->n_reactions && i < 32; i++)
		if (str_eq(e->shown->reactions[i].emoji, emoji))
			return UINT32_C(1) << i;
	return 0;
}

static int by_own(const void *x, const void *y)
{
	const struct reactor *a = x, *b = y;

	return order_i64(a->own, b->own);
}

/* Who has which of the reactions, those with the same together. */
static struct reactor *find_reactors(const struct publisher *p,
    const struct entry *e, const struct bus_to *to, size_t n)
{
	struct reactor *all = ARENA_ARRAY(p->a, n, struct reactor);
	int64_t *ids = ARENA_ARRAY(p->a, n, int64_t);
	const struct entry_ref ref = { e->conv_id, e->conv_index };
	struct reaction *found;
	struct error err;
	size_t n_found;

	for (size_t i = 0; i < n; i++) {
		all[i].to = to[i];
		ids[i] = to[i].user_id;
	}
	if (reaction_users(p->db, p->a, &ref, ids, n, &found, &n_found, &err) <
	    0) {
		log_warn("fanout_publish", "error=\"%s\"", err.detail);
		return all;
	}
	for (size_t k = 0; k < n_found; k++)
		for (size_t i = 0; i < n; i++)
			if (all[i].to.user_id == found[k].user_id)
				all[i].own |= bit_of(e, found[k].emoji);
	qsort(all, n, sizeof(*all), by_own);
	return all;
}

static void show_own(const struct entry *e, uint32_t own)
{
	for (size_t i = 0; i < e->shown->n_reactions && i < 32; i++)
		e->shown->reactions[i].mine = own >> i & 1;
}

/* ---- frames ---- */

struct frames {
	const struct publisher *p;
	const struct fanout *of;
	struct arena *a; /* of the frames */
	struct bus_frame *list;
	size_t n, cap;
};

static void add_frame(struct frames *f, const struct fanout_event *ev,
    const struct bus_to *to, size_t n_to, struct str body)
{
	struct bus_frame *more;

	if (f->n == f->cap) {
		f->cap = 2 * f->cap + 8;
		more = ARENA_ARRAY(f->a, f->cap, struct bus_frame);
		for (size_t i = 0; i < f->n; i++)
			more[i] = f->list[i];
		f->list = more;
	}
	f->list[f->n++] = (struct bus_frame){
		.type = BUS_EVENT,
		.to = (const void *)arena_memdup(f->a, to, n_to * sizeof(*to)),
		.n_to = n_to,
		.body = body,
		.about = (uint64_t)ev->conv->conv_id,
		.epoch = ev->conv->rewrites,
	};
}

/* To recipients with the same floor: one frame for all with the same reactions
 * of their own. */
static void add_readers(struct frames *f, struct buf *b,
    const struct fanout_event *ev, const struct conv *conv, struct bus_to *to,
    size_t n, int64_t floor)
{
	const struct entry *reacted = reacted_of(ev);
	struct reactor *all;

	if (!reacted) {
		add_frame(f, ev, to, n, body_of(f->a, b, ev, conv, floor));
		return;
	}
	all = find_reactors(f->p, reacted, to, n);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && all[end].own == all[i].own; end++)
			to[end] = all[end].to;
		show_own(reacted, all[i].own);
		add_frame(f, ev, to + i, end - i,
		    body_of(f->a, b, ev, conv, floor));
	}
}

static void forget_totals(const struct publisher *p, const struct fanout *f)
{
	int64_t(*users)[2] = arena_alloc(p->a, f->n_turned * sizeof(*users));

	for (size_t i = 0; i < f->n_turned; i++) {
		users[i][0] = f->turned[i].user_id;
		users[i][1] = f->turned[i].user_index;
	}
	badge_forget(p->db, p->cache, p->a, users, f->n_turned);
}

static void add_event(struct frames *f, struct buf *b,
    const struct fanout_event *ev, const struct unseens *u,
    const struct conv *conv)
{
	const struct steps s = steps_of(ev, f->of->has_personal);
	struct bus_to *to = ev->to;
	size_t left = ev->n_to;

	for (size_t step = 0; step <= s.n && left; step++) {
		size_t n = sort_readers(ev, &s, u, step, conv, to, left);

		if (n)
			add_readers(f, b, ev, conv, to, n, floor_at(&s, step));
		to += n;
		left -= n;
	}
}

/* ---- audiences of conversations in mode pull ---- */

/* Whether an event brings its recipients into the audience, 1, or takes them
 * out, 0; -1: neither. */
static int seats(const struct fanout_event *ev)
{
	const bool pull = ev->conv->mode == CONV_PULL;

	switch (ev->action) {
	case INBOX_MODE:
		return pull;
	case INBOX_ADDED:
		return pull ? 1 : -1;
	case INBOX_REMOVED:
	case INBOX_LEFT:
	case INBOX_DISSOLVED:
		return pull ? 0 : -1;
	}
	return -1;
}

static void add_seats(struct frames *f, const struct fanout_event *ev)
{
	int on = seats(ev);

	if (on < 0)
		return;
	add_frame(f, ev, ev->to, ev->n_to,
	    arena_printf(f->a, "\"conv_id\":\"%" PRId64 "\",\"on\":%s",
		ev->conv->conv_id, on ? "true" : "false"));
	f->list[f->n - 1].type = BUS_AUDIENCE;
	f->list[f->n - 1].about = 0;
}

/* Whoever turned it may have had no cache: without this, ephemeral events would
 * go by the old mode for a while. */
static void refresh_turned(const struct publisher *p, const struct fanout *f,
    struct conv *convs, size_t n_convs)
{
	int64_t last_id = 0;

	for (size_t i = 0; i < f->n_events; i++) {
		const struct fanout_event *ev = &f->events[i];
		const struct conv *c;

		if (ev->action != INBOX_MODE || ev->conv->conv_id == last_id)
			continue;
		last_id = ev->conv->conv_id;
		c = conv_pick(convs, n_convs, last_id);
		if (c)
			member_ids_refresh(p->db, p->cache, p->a, c);
	}
}

/* Where its log is now, once a pass is done. */
static void tell_head(const struct publisher *p, struct buf *b,
    const struct fanout_conv *c)
{
	struct json_writer w;

	if (c->mode != CONV_PULL || c->lo > c->to || c->next_done != c->to)
		return;
	buf_clear(b);
	json_writer_init(&w, b);
	json_begin_members(&w);
	event_head(&w, &c->entries[c->to - c->lo]);
	json_end_members(&w);
	bus_broadcast(p->bus, &(struct bus_frame){ .type = BUS_AUDIENCE_EVENT,
				  .body = buf_view(b) });
}

static void tell_heads(const struct publisher *p, const struct fanout *f)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < f->n_convs; i++)
		tell_head(p, &b, &f->convs[i]);
	buf_release(&b);
}

struct bus_frame *publish_fanout_frames(const struct publisher *p,
    const struct fanout *f, struct arena *a, size_t *n_out)
{
	struct frames frames = { .p = p,
		.of = f,
		.a = a,
		.list = ARENA_ARRAY(a, 2 * f->n_events, struct bus_frame),
		.cap = 2 * f->n_events };
	struct unseens unseen = { .n = 0 };
	struct conv *convs = NULL;
	struct error err;
	size_t n_convs;
	struct buf b;

	*n_out = 0;
	forget_totals(p, f);
	/* Who may see what is unknown then: clients pull. */
	if (load_shown(p, f, &err) < 0 ||
	    load_convs(p, f, &convs, &n_convs, &err) < 0 ||
	    load_unseen(p, f, &unseen, &err) < 0) {
		log_warn("fanout_publish", "error=\"%s\"", err.detail);
		return NULL;
	}
	refresh_turned(p, f, convs, n_convs);
	buf_init(&b);
	for (size_t i = 0; i < f->n_events; i++) {
		const struct fanout_event *ev = &f->events[i];

		add_event(&frames, &b, ev, &unseen,
		    conv_pick(convs, n_convs, ev->conv->conv_id));
		add_seats(&frames, ev);
	}
	buf_release(&b);
	*n_out = frames.n;
	return frames.list;
}

void publish_fanout(const struct publisher *p, const struct fanout *f)
{
	size_t n;
	struct bus_frame *frames = publish_fanout_frames(p, f, p->a, &n);

	bus_publish_all(p->bus, p->a, frames, n);
	tell_heads(p, f);
}
