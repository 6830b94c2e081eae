#include "net/conn.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/stat.h"
#include "base/conf.h"
#include "events/deliver.h"
#include "client/heartbeat.h"
#include "events/hub.h"
#include "client/handshake.h"
#include "net/out.h"
#include "client/poll.h"
#include "presence/watch.h"
#include "client/request.h"
#include "events/resume.h"
#include "proto/ws.h"
#include "proto/ws_conn.h"

#define LINGER_S  2
#define SLOT_BITS 20

static uv_loop_t *loop;
static struct conn **slots;
static size_t n_slots, n_conns;
static uint32_t *free_slots;
static size_t n_free;
static uint64_t n_made;

static struct conn *closed;
static uv_timer_t reaper;

static struct deadline_list handshakes, lingering;

void (*conn_on_room)(void);

static char read_buffer[65536];

/* ---- table ---- */

static void grow_slots(void)
{
	size_t n = n_slots ? n_slots * 2 : 256;

	slots = realloc(slots, n * sizeof(*slots));
	free_slots = realloc(free_slots, n * sizeof(*free_slots));
	if (!slots || !free_slots || n > (1u << SLOT_BITS))
		die(EX_OSERR, "out of memory");
	for (size_t i = n; i > n_slots; i--) {
		slots[i - 1] = NULL;
		free_slots[n_free++] = (uint32_t)(i - 1);
	}
	n_slots = n;
}

struct conn *conn_new(void)
{
	struct conn *c = calloc(1, sizeof(*c));
	uint32_t slot;

	if (!c)
		die(EX_OSERR, "out of memory");
	if (!n_free)
		grow_slots();
	slot = free_slots[--n_free];
	slots[slot] = c;
	n_conns++;
	c->id = ++n_made << SLOT_BITS | slot;
	c->out_last = &c->out_first;
	c->opened_ms = uv_now(loop);
	return c;
}

struct conn *conn_find(uint64_t id)
{
	size_t slot = id & ((1u << SLOT_BITS) - 1);
	struct conn *c = slot < n_slots ? slots[slot] : NULL;

	return c && c->id == id && c->state != CONN_CLOSED ? c : NULL;
}

size_t conn_count(void)
{
	return n_conns;
}

void conn_each(void (*fn)(struct conn *c))
{
	for (size_t i = 0; i < n_slots; i++) {
		if (slots[i] && slots[i]->state != CONN_CLOSED)
			fn(slots[i]);
	}
}

/* ---- reading ---- */

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *out)
{
	(void)h;
	(void)n;
	*out = uv_buf_init(read_buffer, sizeof(read_buffer));
}

static void on_bytes(struct conn *c, const char *p, size_t n)
{
	switch (c->kind) {
	case CONN_HTTP:
		if (c->state != CONN_CLOSING)
			handshake_bytes(c, p, n);
		break;
	case CONN_WS:
		ws_conn_bytes(c, p, n);
		break;
	case CONN_SSE:
	case CONN_POLL:
		break; /* nothing to say any more */
	}
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
	struct conn *c = s->data;

	if (c->state == CONN_CLOSED || n == 0)
		return;
	if (n < 0)
		conn_close(c, "gone");
	else
		on_bytes(c, b->base, (size_t)n);
}

void conn_read_pause(struct conn *c)
{
	if (!c->reading || c->state == CONN_CLOSED)
		return;
	c->reading = false;
	uv_read_stop(&c->io.stream);
}

void conn_read_resume(struct conn *c)
{
	if (c->reading || c->state == CONN_CLOSED)
		return;
	c->reading = true;
	if (uv_read_start(&c->io.stream, on_alloc, on_read) != 0)
		conn_close(c, "gone");
}

void conn_begin(struct conn *c)
{
	c->io.handle.data = c;
	handshake_new(c);
	deadline_set(&handshakes, &c->life);
	conn_read_resume(c);
}

/* ---- the end ---- */

static void on_closed(uv_handle_t *h)
{
	struct conn *c = h->data;
	uint32_t slot = c->id & ((1u << SLOT_BITS) - 1);

	out_release(c);
	slots[slot] = NULL;
	free_slots[n_free++] = slot;
	n_conns--;
	free(c);
	if (conn_on_room)
		conn_on_room();
}

/* Everybody who knows the connection lets go of it. */
static void detach(struct conn *c)
{
	deadline_clear(&c->life);
	deadline_clear(&c->message);
	deadline_clear(&c->gap);
	deadline_clear(&c->slow);
	heartbeat_stop(c);
	watch_drop_all(c);
	request_drop_all(c);
	poll_free(c);
	resume_free(c);
	order_release(&c->order);
	ws_reader_free(&c->reader);
	handshake_free(c);
	free(c->origin);
	c->origin = NULL;
	if (c->user)
		hub_remove(c);
}

static void on_reap(uv_timer_t *t)
{
	struct conn *c;

	(void)t;
	while ((c = closed)) {
		closed = c->next_closed;
		detach(c);
		uv_close(&c->io.handle, on_closed);
	}
}

static const char *const kinds[] = {
	[CONN_HTTP] = "http",
	[CONN_WS] = "ws",
	[CONN_SSE] = "sse",
	[CONN_POLL] = "poll",
};

static void log_end(const struct conn *c, const char *why)
{
	if (!c->user)
		return;
	log_info("close",
	    "conn=%" PRIu64 " kind=%s why=%s user_id=%" PRId64
	    " session_id=%" PRId64 " "
	    "s=%" PRIu64 " requests=%u request_id=%s",
	    c->id, kinds[c->kind], why, hub_user_id(c->user), c->session_id,
	    (uv_now(loop) - c->opened_ms) / 1000, c->n_sent_requests,
	    c->request_id);
}

void conn_close(struct conn *c, const char *why)
{
	if (c->state == CONN_CLOSED)
		return;
	if (c->state != CONN_CLOSING)
		log_end(c, why);
	conn_read_pause(c);
	c->state = CONN_CLOSED;
	c->next_closed = closed;
	closed = c;
	uv_timer_start(&reaper, on_reap, 0, 0);
}

void conn_finish(struct conn *c, const char *why)
{
	if (c->state == CONN_CLOSED || c->state == CONN_CLOSING)
		return;
	log_end(c, why);
	c->state = CONN_CLOSING;
	deadline_clear(&c->slow);
	deadline_set(&lingering, &c->life);
	heartbeat_stop(c);
	/* To see the peer's close. */
	conn_read_resume(c);
	if (out_is_empty(c))
		conn_drained(c);
}

static void on_shutdown(uv_shutdown_t *req, int status)
{
	(void)status;
	free(req);
}

/*
 * All is written.  A WebSocket waits for the other close frame; HTTP ends
 * its half, and the peer, which has read everything by then, the other one.
 * Closing with unread bytes would reset the connection and could cost the
 * peer the answer.
 */
static void drained_at_end(struct conn *c)
{
	uv_shutdown_t *req;

	if (c->kind == CONN_WS && c->close_sent && !c->deaf) {
		if (c->close_got)
			conn_close(c, "closed");
		return;
	}
	if (c->shut)
		return;
	c->shut = true;
	req = malloc(sizeof(*req));
	if (!req)
		die(EX_OSERR, "out of memory");
	if (uv_shutdown(req, &c->io.stream, on_shutdown) != 0) {
		free(req);
		conn_close(c, "gone");
	}
}

void conn_drained(struct conn *c)
{
	if (c->state == CONN_CLOSING)
		drained_at_end(c);
	else if (c->state == CONN_OPEN)
		deliver_drained(c);
}

static void on_handshake_due(struct deadline *d)
{
	handshake_too_slow(CONTAINER_OF(d, struct conn, life));
}

static void on_linger_due(struct deadline *d)
{
	conn_close(CONTAINER_OF(d, struct conn, life), "closed");
}

void conn_start(uv_loop_t *l)
{
	loop = l;
	uv_timer_init(loop, &reaper);
	deadline_list_init(&handshakes, loop, conf.live.handshake_s * 1000,
	    on_handshake_due);
	deadline_list_init(&lingering, loop, LINGER_S * 1000, on_linger_due);
}
