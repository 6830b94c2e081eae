#include "events/deliver.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/stat.h"
#include "base/conf.h"
#include "events/hub.h"
#include "events/order.h"
#include "net/out.h"
#include "client/poll.h"
#include "events/resume.h"
#include "proto/server_frame.h"
#include "proto/ws.h"

#define OPEN       "{\"event\":{"
#define OPEN_INDEX "{\"event\":{\"user_index\":"
#define CLOSE      "}}"
#define SSE_END    "\n\n"

static struct deadline_list gaps, slows;

struct chunk *deliver_chunk(struct str members)
{
	return chunk_join(members, STR(CLOSE SSE_END));
}

/* ---- writing one event ---- */

static size_t put_text(char *dst, const char *text, size_t len)
{
	memcpy(dst, text, len);
	return len;
}
#define PUT(dst, literal) put_text((dst), (literal), sizeof(literal) - 1)

static size_t put_index(char *dst, int64_t n)
{
	char digits[20];
	size_t len = 0;

	do {
		digits[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	for (size_t i = 0; i < len; i++)
		dst[i] = digits[len - 1 - i];
	return len;
}

/* index 0: ephemeral. */
static size_t put_open(char *dst, int64_t index)
{
	size_t len;

	if (!index)
		return PUT(dst, OPEN);
	len = PUT(dst, OPEN_INDEX);
	len += put_index(dst + len, index);
	dst[len++] = ',';
	return len;
}

static size_t sse_head(char *dst, int64_t index)
{
	size_t len = 0;

	if (index) {
		len = PUT(dst, "id: ");
		len += put_index(dst + len, index);
		dst[len++] = '\n';
	}
	len += PUT(dst + len, "data: ");
	return len + put_open(dst + len, index);
}

static size_t ws_event_head(char *dst, int64_t index, size_t chunk_len)
{
	char open[48];
	size_t n = put_open(open, index);
	size_t len = ws_head((uint8_t *)dst, WS_TEXT, n + chunk_len);

	memcpy(dst + len, open, n);
	return len + n;
}

/* The backlog is too long: what waits is dropped, the client has to pull. */
static void overflow(struct conn *c)
{
	out_drop_events(c);
	c->overflowed = true;
	c->missed = false;
	stat_add(STAT_LIVE_PULLS, 1);
	server_frame_pull(c, c->order.sent);
	deadline_set(&slows, &c->slow);
}

static void write_event(struct conn *c, int64_t index, struct chunk *chunk)
{
	char head[OUT_HEAD_MAX];
	size_t len = chunk->len, head_len;

	if (c->overflowed) {
		c->missed |= index != 0;
		return;
	}
	if (c->kind == CONN_SSE) {
		head_len = sse_head(head, index);
	} else {
		len -= sizeof(SSE_END) - 1;
		head_len = ws_event_head(head, index, len);
	}
	stat_add(STAT_LIVE_EVENTS, 1);
	if (!out_put(c, OUT_EVENT, head, head_len, chunk, len) && index)
		overflow(c);
}

/* ---- order ---- */

static void release_held(struct conn *c)
{
	struct chunk *chunk;
	int64_t index;

	while ((chunk = order_next(&c->order, &index))) {
		write_event(c, index, chunk);
		chunk_unref(&chunk);
	}
}

static void watch_gap(struct conn *c)
{
	if (!order_has_gap(&c->order))
		deadline_clear(&c->gap);
	else if (!c->order.resuming && !deadline_is_set(&c->gap))
		deadline_set(&gaps, &c->gap);
}

static void durable(struct conn *c, int64_t index, struct chunk *chunk)
{
	switch (order_take(&c->order, index, chunk)) {
	case ORDER_OLD:
		return;
	case ORDER_SEND:
		write_event(c, index, chunk);
		if (c->order.n_held)
			release_held(c);
		break;
	case ORDER_HELD:
		break;
	}
	if (order_has_gap(&c->order) || deadline_is_set(&c->gap))
		watch_gap(c);
}

static void pull(struct conn *c)
{
	order_skip(&c->order, c->order.known);
	deadline_clear(&c->gap);
	if (c->overflowed) {
		c->missed = true;
		return;
	}
	stat_add(STAT_LIVE_PULLS, 1);
	server_frame_pull(c, c->order.sent);
}

static void on_gap_due(struct deadline *d)
{
	struct conn *c = CONTAINER_OF(d, struct conn, gap);

	if (!conn_is_open(c) || !order_has_gap(&c->order))
		return;
	log_info("pull",
	    "conn=%" PRIu64 " user_id=%" PRId64 " sent=%" PRId64
	    " known=%" PRId64,
	    c->id, c->user->user_id, c->order.sent, c->order.known);
	pull(c);
}

void deliver_known(struct conn *c, int64_t index)
{
	if (index <= c->order.known)
		return;
	c->order.known = index;
	watch_gap(c);
}

bool deliver_go_live(struct conn *c)
{
	c->order.resuming = false;
	release_held(c);
	if (order_has_gap(&c->order)) {
		c->order.resuming = true;
		return false;
	}
	return true;
}

void deliver_give_up(struct conn *c)
{
	c->order.resuming = false;
	release_held(c);
	watch_gap(c);
}

void deliver_page_event(struct conn *c, int64_t index, struct str event)
{
	struct chunk *chunk;
	char head[OUT_HEAD_MAX];
	size_t len, tail = 1;

	if (index <= c->order.sent)
		return;
	order_skip(&c->order, index);
	stat_add(STAT_LIVE_EVENTS, 1);
	chunk = chunk_join(event, STR("}" SSE_END));
	if (c->kind == CONN_SSE) {
		len = PUT(head, "id: ");
		len += put_index(head + len, index);
		len += PUT(head + len, "\ndata: {\"event\":");
		tail += sizeof(SSE_END) - 1;
	} else {
		len = ws_head((uint8_t *)head, WS_TEXT,
		    strlen("{\"event\":") + event.len + tail);
		len += PUT(head + len, "{\"event\":");
	}
	out_put(c, OUT_PLAIN, head, len, chunk, event.len + tail);
	chunk_unref(&chunk);
}

/* ---- from the bus ---- */

void deliver_ephemeral(struct conn *c, struct chunk *chunk)
{
	if (!conn_is_open(c))
		return;
	if (c->kind == CONN_POLL)
		poll_event(c, 0,
		    (struct str){ chunk->p,
			chunk->len - sizeof(CLOSE SSE_END) + 1 });
	else
		write_event(c, 0, chunk);
}

static void to_user(const struct recipient *u, int64_t index,
    struct chunk *chunk)
{
	for (struct conn *c = u->first; c; c = c->user_next) {
		if (!index)
			deliver_ephemeral(c, chunk);
		else if (!conn_is_open(c))
			continue;
		else if (c->kind == CONN_POLL)
			poll_event(c, index, STR_NONE);
		else
			durable(c, index, chunk);
	}
}

void deliver_frame(const struct bus_frame *f)
{
	struct chunk *chunk;

	if (!f->body.len)
		return;
	chunk = deliver_chunk(f->body);
	for (size_t i = 0; i < f->n_to; i++) {
		const struct recipient *u = hub_find(f->to[i].user_id);

		if (u && f->to[i].user_index >= 0)
			to_user(u, f->to[i].user_index, chunk);
	}
	chunk_unref(&chunk);
}

/* ---- slow readers ---- */

static void on_slow_due(struct deadline *d)
{
	struct conn *c = CONTAINER_OF(d, struct conn, slow);

	stat_add(STAT_LIVE_SLOW, 1);
	server_frame_bye(c, "slow", WS_SLOW, 0);
}

void deliver_drained(struct conn *c)
{
	if (c->overflowed) {
		c->overflowed = false;
		deadline_clear(&c->slow);
		if (c->missed)
			server_frame_pull(c, c->order.sent);
		c->missed = false;
	}
	if (c->resume)
		resume_drained(c);
}

void deliver_start(uv_loop_t *loop)
{
	deadline_list_init(&gaps, loop, conf.live.hold_ms, on_gap_due);
	deadline_list_init(&slows, loop, conf.live.slow_s * 1000, on_slow_due);
}
