#include "view/publish_fanout.h"

#include "base/log.h"
#include "im/conv/right.h"
#include "io/json_writer.h"
#include "view/event.h"
#include "view/publish.h"
#include "view/quote.h"
#include "view/view.h"

/* Loads what `added` events show of their conversations, and who may see the
 * quoted messages. */
static void load_convs(const struct publisher *p, const struct fanout *f,
    struct conv **convs, size_t *n)
{
	int64_t *ids = ARENA_ARRAY(p->a, f->n_events, int64_t);
	struct error err;
	size_t n_ids = 0;

	*n = 0;
	for (size_t i = 0; i < f->n_events; i++) {
		const struct fanout_event *ev = &f->events[i];

		if (ev->action == INBOX_ADDED ||
		    (ev->entry && ev->entry->quote))
			ids[n_ids++] = ev->conv->conv_id;
	}
	if (n_ids && conv_load(p->db, p->a, ids, n_ids, convs, n, &err) < 0)
		log_warn("fanout_publish", "error=\"%s\"", err.detail);
}

static void load_quotes(const struct publisher *p, const struct fanout *f)
{
	struct error err;

	for (size_t i = 0; i < f->n_convs; i++) {
		const struct fanout_conv *c = &f->convs[i];

		if (quote_load(p->db, p->a, c->entries,
			(size_t)(c->to - c->lo + 1), &err) < 0)
			log_warn("fanout_publish", "error=\"%s\"", err.detail);
	}
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
	if (ev->action)
		event_conversation(&w, e ? e->sent_ms : c->created_ms,
		    c->conv_id, ev->action, e ? e->sender_id : c->created_by,
		    ev->action == INBOX_ADDED && e ? conv : NULL, ev->role,
		    NULL);
	else
		event_entry(&w, e, floor);
	json_end_members(&w);
	return arena_str(a, buf_view(b));
}

/* May this recipient see what the event's entry quotes? */
static bool sees_quote(const struct fanout_event *ev, const struct conv *conv,
    int64_t user_id)
{
	const struct fanout_conv *c = ev->conv;
	struct member m = { .joined_index = INT64_MAX };

	for (size_t i = 0; i < c->n_members; i++)
		if (c->members[i].user_id == user_id)
			m.joined_index = c->members[i].joined_index;
	return conv && ev->entry->reply_index >= right_floor(conv, &m);
}

/* Moves those who may see the quoted message to the front; returns how many. */
static size_t sort_readers(const struct fanout_event *ev,
    const struct conv *conv)
{
	size_t n = 0;

	if (!ev->entry || !ev->entry->quote)
		return ev->n_to;
	if (conv && conv->history == HISTORY_ALL)
		return ev->n_to;
	for (size_t i = 0; i < ev->n_to; i++) {
		const struct bus_to to = ev->to[i];

		if (!sees_quote(ev, conv, to.user_id))
			continue;
		ev->to[i] = ev->to[n];
		ev->to[n++] = to;
	}
	return n;
}

static size_t add_frame(struct arena *a, struct bus_frame *frames, size_t n,
    const struct bus_to *to, size_t n_to, struct str body)
{
	if (n_to == 0)
		return n;
	frames[n] = (struct bus_frame){
		.type = BUS_EVENT,
		.to = (const void *)arena_memdup(a, to, n_to * sizeof(*to)),
		.n_to = n_to,
		.body = body,
	};
	return n + 1;
}

static void forget_totals(const struct publisher *p, const struct fanout *f)
{
	int64_t(*users)[2] = arena_alloc(p->a, f->n_turned * sizeof(*users));

	for (size_t i = 0; i < f->n_turned; i++) {
		users[i][0] = f->turned[i].user_id;
		users[i][1] = f->turned[i].user_index;
	}
	inbox_forget_totals(p->db, p->cache, p->a, users, f->n_turned);
}

struct bus_frame *publish_fanout_frames(const struct publisher *p,
    const struct fanout *f, struct arena *a, size_t *n_out)
{
	struct bus_frame *frames = ARENA_ARRAY(a, 2 * f->n_events,
	    struct bus_frame);
	struct conv *convs = NULL;
	size_t n_convs, n = 0;
	struct buf b;

	forget_totals(p, f);
	load_quotes(p, f);
	load_convs(p, f, &convs, &n_convs);
	buf_init(&b);
	for (size_t i = 0; i < f->n_events; i++) {
		const struct fanout_event *ev = &f->events[i];
		const struct conv *conv = conv_pick(convs, n_convs,
		    ev->conv->conv_id);
		size_t readers = sort_readers(ev, conv);

		n = add_frame(a, frames, n, ev->to, readers,
		    body_of(a, &b, ev, conv, 0));
		if (readers < ev->n_to)
			n = add_frame(a, frames, n, ev->to + readers,
			    ev->n_to - readers,
			    body_of(a, &b, ev, conv, INT64_MAX));
	}
	buf_release(&b);
	*n_out = n;
	return frames;
}

void publish_fanout(const struct publisher *p, const struct fanout *f)
{
	size_t n;
	struct bus_frame *frames = publish_fanout_frames(p, f, p->a, &n);

	bus_publish_all(p->bus, p->a, frames, n);
}
