#include "events/deliver.h"

#include <inttypes.h>

#include "base/conf.h"
#include "base/log.h"
#include "base/stat.h"
#include "events/bus.h"
#include "events/event.h"
#include "events/lag.h"
#include "net/out.h"
#include "proto/server_frame.h"
#include "proto/ws.h"

#define TICKS     8 /* looks at a gap in hold_ms */
#define PULLS_MAX 4 /* the last doubling of hold_ms */

static struct deadline_list gaps, slows;

static uint64_t now_ms(void)
{
	return uv_now(gaps.timer.loop);
}

/* ---- writing one event ---- */

/* The backlog is too long: drops what waits; the client has to pull. */
static void overflow(struct subscriber *s)
{
	struct lag *l = lag_get(s);

	out_drop_events(&s->http.conn);
	l->overflowed = true;
	l->missed = false;
	deadline_set(&slows, &l->slow);
	stat_add(STAT_LIVE_PULLS, 1);
	server_frame_pull(&s->http, l->order.sent);
}

static void write_event(struct subscriber *s, int64_t index,
    struct chunk *chunk)
{
	if (lag_overflowed(s)) {
		s->lag->missed |= index != 0;
		s->missed |= index == 0;
		return;
	}
	stat_add(STAT_LIVE_EVENTS, 1);
	if (event_put(&s->http, index, chunk))
		return;
	if (index)
		overflow(s);
	else
		s->missed = true;
}

/* ---- order ---- */

/* Writing may end the lag: the socket takes all output meanwhile. */
static void release_held(struct subscriber *s)
{
	struct chunk *chunk;
	int64_t index;

	while (s->lag && (chunk = order_next(&s->lag->order, &index))) {
		write_event(s, index, chunk);
		chunk_unref(&chunk);
	}
}

static void watch_gap(struct subscriber *s)
{
	struct lag *l = s->lag;

	if (!l)
		return;
	if (!order_has_gap(&l->order))
		deadline_clear(&l->gap);
	else if (!l->order.resuming && !deadline_is_set(&l->gap))
		deadline_set(&gaps, &l->gap);
	lag_tidy(s);
}

static void take(struct subscriber *s, int64_t index, struct chunk *chunk)
{
	if (order_take(&lag_get(s)->order, index, chunk, now_ms()) ==
	    ORDER_SEND) {
		write_event(s, index, chunk);
		release_held(s);
	}
	watch_gap(s);
}

void deliver_event(struct subscriber *s, int64_t index, struct chunk *chunk)
{
	if (index && (s->lag || index > s->sent + 1)) {
		take(s, index, chunk);
		return;
	}
	if (index && index <= s->sent)
		return;
	if (index)
		s->sent = index;
	write_event(s, index, chunk);
}

static void pull(struct lag *l)
{
	order_skip(&l->order, l->order.known);
	deadline_clear(&l->gap);
	if (l->overflowed) {
		l->missed = true;
		return;
	}
	stat_add(STAT_LIVE_PULLS, 1);
	server_frame_pull(&l->subscriber->http, l->order.sent);
}

/*
 * How long a gap is waited for.  Where gaps follow each other, twice as long as
 * the one before, so that a client behind a lossy bus is not told to pull all
 * the time.
 */
static uint64_t patience_ms(struct subscriber *s, uint64_t since_ms)
{
	uint64_t ms = (uint64_t)conf.live.hold_ms << s->n_pulls;

	if (s->n_pulls && (uint32_t)since_ms - s->pulled_ms > 2 * ms) {
		s->n_pulls = 0;
		ms = (uint64_t)conf.live.hold_ms;
	}
	return ms;
}

/* The timer runs while there is any gap: each one has its own time. */
static void on_gap_due(struct deadline *d)
{
	struct lag *l = CONTAINER_OF(d, struct lag, gap);
	struct subscriber *s = l->subscriber;
	uint64_t since = order_gap_ms(&l->order);

	if (!conn_is_open(&s->http.conn) || !order_has_gap(&l->order))
		return;
	if (now_ms() - since < patience_ms(s, since)) {
		deadline_set(&gaps, d);
		return;
	}
	log_info("pull",
	    "conn=%" PRIu64 " user_id=%" PRId64 " sent=%" PRId64
	    " known=%" PRId64,
	    s->http.conn.id, s->recipient->user_id, l->order.sent,
	    l->order.known);
	s->pulled_ms = (uint32_t)now_ms();
	if (s->n_pulls < PULLS_MAX)
		s->n_pulls++;
	pull(l);
	lag_tidy(s);
}

void deliver_known(struct subscriber *s, int64_t index)
{
	if (index <= lag_known(s))
		return;
	order_know(&lag_get(s)->order, index, now_ms());
	watch_gap(s);
}

/* ---- resuming ---- */

void deliver_hold(struct subscriber *s, int64_t known)
{
	struct order *o = &lag_get(s)->order;

	order_know(o, known, now_ms());
	o->resuming = true;
}

bool deliver_go_live(struct subscriber *s)
{
	struct order *o = &s->lag->order;

	o->resuming = false;
	release_held(s);
	o->resuming = order_has_gap(o);
	return !o->resuming;
}

void deliver_give_up(struct subscriber *s)
{
	s->lag->order.resuming = false;
	release_held(s);
	watch_gap(s);
}

void deliver_page_event(struct subscriber *s, int64_t index, struct str event)
{
	if (index <= s->lag->order.sent)
		return;
	order_skip(&s->lag->order, index);
	stat_add(STAT_LIVE_EVENTS, 1);
	event_put_object(&s->http, index, event);
}

/* ---- from the bus ---- */

void deliver_ephemeral(struct subscriber *s, struct chunk *chunk)
{
	if (conn_is_open(&s->http.conn))
		subscriber_ops(s)->event(s, 0, chunk);
}

static void to_recipient(const struct recipient *r, int64_t index,
    struct chunk *chunk)
{
	for (struct subscriber *s = r->first; s; s = s->next) {
		if (conn_is_open(&s->http.conn))
			subscriber_ops(s)->event(s, index, chunk);
	}
}

/* An EVENT frame, to the recipients who are connected here. */
static void on_frame(const struct bus_frame *f)
{
	struct chunk *chunk;

	if (!f->body.len)
		return;
	chunk = event_chunk(f->body);
	for (size_t i = 0; i < f->n_to; i++) {
		const struct recipient *r = hub_find(f->to[i].user_id);

		if (r && f->to[i].user_index >= 0)
			to_recipient(r, f->to[i].user_index, chunk);
	}
	chunk_unref(&chunk);
}

/* A CHAT_EVENT frame: to those of them who have the chat in the foreground. */
static void on_chat_frame(const struct bus_frame *f)
{
	static struct arena a;
	int64_t chat_id = json_get_id(bus_frame_object(&a, f), "conv_id");
	struct chunk *chunk;

	arena_rewind(&a);
	if (!chat_id)
		return;
	chunk = event_chunk(f->body);
	for (size_t i = 0; i < f->n_to; i++) {
		const struct recipient *r = hub_find(f->to[i].user_id);

		for (struct subscriber *s = r ? r->first : NULL; s; s = s->next)
			if (s->chat_id == chat_id)
				deliver_ephemeral(s, chunk);
	}
	chunk_unref(&chunk);
}

/* ---- slow readers ---- */

static void on_slow_due(struct deadline *d)
{
	struct lag *l = CONTAINER_OF(d, struct lag, slow);

	stat_add(STAT_LIVE_SLOW, 1);
	server_frame_bye(&l->subscriber->http, "slow", WS_SLOW, 0);
}

void deliver_drained(struct subscriber *s)
{
	struct lag *l = s->lag;

	if (!lag_overflowed(s))
		return;
	l->overflowed = false;
	deadline_clear(&l->slow);
	if (l->missed)
		server_frame_pull(&s->http, l->order.sent);
	l->missed = false;
	lag_tidy(s);
}

static void on_conn_end(struct conn *c, const char *why)
{
	(void)why;
	if (subscriber_of(c)->lag)
		deadline_clear(&subscriber_of(c)->lag->slow);
}

static void on_conn_close(struct conn *c)
{
	lag_drop(subscriber_of(c));
}

void deliver_start(uv_loop_t *loop)
{
	deadline_list_init(&gaps, loop, (conf.live.hold_ms + TICKS - 1) / TICKS,
	    on_gap_due);
	deadline_list_init(&slows, loop, conf.live.slow_s * 1000, on_slow_due);
	conn_on_end(on_conn_end);
	conn_on_close(on_conn_close);
	bus_on_frame(BUS_EVENT, on_frame);
	bus_on_frame(BUS_CHAT_EVENT, on_chat_frame);
}
