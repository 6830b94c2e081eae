#include "net/conn.h"

#include <stdlib.h>

#include "base/conf.h"
#include "base/err.h"
#include "net/out.h"

#define LINGER_S  2
#define SLOT_BITS 20
#define HOOKS_MAX 16

static uv_loop_t *loop;
static size_t conn_size;
static struct conn **slots;
static size_t n_slots, n_conns;
static uint32_t *free_slots;
static size_t n_free;
static uint64_t n_made;

static struct conn *closed;
static uv_timer_t reaper;

/* Of a connection that finishes. */
struct ending {
	struct conn *conn;
	struct deadline limit;
	size_t unread; /* as last seen, out_unread() */
};

/* While there is output, and after that. */
static struct deadline_list writing, lingering;

static char read_buffer[65536];

/* ---- hooks ---- */

static struct {
	void (*end[HOOKS_MAX])(struct conn *c, const char *why);
	void (*close[HOOKS_MAX])(struct conn *c);
	void (*room)(void);
	size_t n_end, n_close;
} hooks;

void conn_on_end(void (*hook)(struct conn *c, const char *why))
{
	BUG_ON(hooks.n_end == HOOKS_MAX);
	hooks.end[hooks.n_end++] = hook;
}

void conn_on_close(void (*hook)(struct conn *c))
{
	BUG_ON(hooks.n_close == HOOKS_MAX);
	hooks.close[hooks.n_close++] = hook;
}

void conn_on_room(void (*hook)(void))
{
	hooks.room = hook;
}

static void tell_end(struct conn *c, const char *why)
{
	for (size_t i = hooks.n_end; i; i--)
		hooks.end[i - 1](c, why);
}

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
	struct conn *c = calloc(1, conn_size);
	uint32_t slot;

	if (!c)
		die(EX_OSERR, "out of memory");
	if (!n_free)
		grow_slots();
	slot = free_slots[--n_free];
	slots[slot] = c;
	n_conns++;
	c->id = ++n_made << SLOT_BITS | slot;
	c->opened_s = (uint32_t)(uv_now(loop) / 1000);
	return c;
}

struct conn *conn_find(uint64_t id)
{
	size_t slot = id & ((1u << SLOT_BITS) - 1);
	struct conn *c = slot < n_slots ? slots[slot] : NULL;

	return c && c->id == id && c->state != CONN_CLOSED ? c : NULL;
}

uint64_t conn_next_id(void)
{
	return (n_made + 1) << SLOT_BITS;
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

void conn_heard(struct conn *c)
{
	c->heard_ms = (uint32_t)uv_now(loop);
}

uint32_t conn_silent_ms(const struct conn *c)
{
	return (uint32_t)uv_now(loop) - c->heard_ms;
}

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *out)
{
	(void)h;
	(void)n;
	*out = uv_buf_init(read_buffer, sizeof(read_buffer));
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
	struct conn *c = s->data;

	if (c->state == CONN_CLOSED || n == 0)
		return;
	if (n < 0) {
		conn_close(c, "gone");
		return;
	}
	conn_heard(c);
	if (c->ops->bytes)
		c->ops->bytes(c, b->base, (size_t)n);
}

static void read_stop(struct conn *c)
{
	if (!c->reading || c->state == CONN_CLOSED)
		return;
	c->reading = false;
	uv_read_stop(&c->io.stream);
}

void conn_read_pause(struct conn *c, enum conn_pause why)
{
	c->paused |= (uint8_t)why;
	read_stop(c);
}

void conn_read_resume(struct conn *c, enum conn_pause why)
{
	if (!(c->paused & why))
		return;
	c->paused &= (uint8_t)~why;
	conn_read_start(c);
}

void conn_read_start(struct conn *c)
{
	if (c->reading || c->paused || c->state == CONN_CLOSED)
		return;
	c->reading = true;
	if (uv_read_start(&c->io.stream, on_alloc, on_read) != 0)
		conn_close(c, "gone");
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
	if (hooks.room)
		hooks.room();
}

static void on_reap(uv_timer_t *t)
{
	struct conn *c;

	(void)t;
	while ((c = closed)) {
		closed = c->next_closed;
		for (size_t i = hooks.n_close; i; i--)
			hooks.close[i - 1](c);
		uv_close(&c->io.handle, on_closed);
	}
}

static void begin_ending(struct conn *c)
{
	struct ending *e = calloc(1, sizeof(*e));

	if (!e)
		die(EX_OSERR, "out of memory");
	e->conn = c;
	e->unread = out_unread(c);
	deadline_set(&writing, &e->limit);
	c->ending = e;
}

static void free_ending(struct conn *c)
{
	deadline_clear(&c->ending->limit);
	free(c->ending);
}

void conn_close(struct conn *c, const char *why)
{
	if (c->state == CONN_CLOSED)
		return;
	if (c->state == CONN_CLOSING)
		free_ending(c);
	else
		tell_end(c, why);
	read_stop(c);
	c->state = CONN_CLOSED;
	c->next_closed = closed;
	closed = c;
	uv_timer_start(&reaper, on_reap, 0, 0);
}

void conn_finish(struct conn *c, const char *why)
{
	if (c->state == CONN_CLOSED || c->state == CONN_CLOSING)
		return;
	tell_end(c, why);
	c->state = CONN_CLOSING;
	begin_ending(c);
	/* To detect that the peer closes. */
	c->paused = 0;
	conn_read_start(c);
	if (out_is_empty(c))
		conn_drained(c);
}

static void on_shutdown(uv_shutdown_t *req, int status)
{
	(void)status;
	free(req);
}

/*
 * HTTP shuts down its side, and the peer, which has then read everything, the
 * other one.  Closing with unread input would reset the connection, and the
 * peer could lose the answer.
 */
static void drained_at_end(struct conn *c)
{
	uv_shutdown_t *req;

	if (c->shut)
		return;
	deadline_set(&lingering, &c->ending->limit);
	if (c->ops->finished && c->ops->finished(c))
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
	else if (c->state == CONN_OPEN && c->ops->drained)
		c->ops->drained(c);
}

static void on_writing_due(struct deadline *d)
{
	struct ending *e = CONTAINER_OF(d, struct ending, limit);
	size_t unread = out_unread(e->conn);

	if (unread >= e->unread) {
		conn_close(e->conn, "slow");
		return;
	}
	e->unread = unread;
	deadline_set(&writing, d);
}

static void on_linger_due(struct deadline *d)
{
	conn_close(CONTAINER_OF(d, struct ending, limit)->conn, "closed");
}

void conn_start(uv_loop_t *l, size_t size)
{
	loop = l;
	conn_size = size;
	uv_timer_init(loop, &reaper);
	deadline_list_init(&writing, loop, conf.live.slow_s * 1000,
	    on_writing_due);
	deadline_list_init(&lingering, loop, LINGER_S * 1000, on_linger_due);
}
