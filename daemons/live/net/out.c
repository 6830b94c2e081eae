#include "net/out.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>

#include "base/conf.h"
#include "base/err.h"
#include "net/out_limit.h"

#define GATHER_MAX 64 /* buffers per write */

struct out_item {
	struct out_item *next;
	struct chunk *chunk;
	uint32_t chunk_len;
	uint32_t done; /* bytes of head and chunk written so far */
	uint8_t head_len;
	bool is_event;
	char head[OUT_HEAD_MAX];
};

/* A piece passed to libuv, which outlives the connection if that is closed. */
struct out_write {
	uv_write_t req;
	struct conn *conn;
};

/* Pieces of all connections. */
static size_t n_items;
static bool gathering;
static uv_prepare_t before_poll;
static uv_check_t after_poll;

/* Connections with gathered pieces. */
static uint64_t *dirty;
static size_t n_dirty, dirty_cap;

bool out_is_empty(const struct conn *c)
{
	return !c->out_last;
}

/* Of a queue that is not empty. */
static struct out_item *first(const struct conn *c)
{
	return c->out_last->next;
}

/* Makes it the last. */
static void append(struct conn *c, struct out_item *it)
{
	it->next = it;
	if (c->out_last) {
		it->next = c->out_last->next;
		c->out_last->next = it;
	}
	c->out_last = it;
}

/* Removes and returns the first, as above. */
static struct out_item *take_first(struct conn *c)
{
	struct out_item *it = first(c);

	if (it == c->out_last)
		c->out_last = NULL;
	else
		c->out_last->next = it->next;
	return it;
}

static uint32_t left(const struct out_item *it)
{
	return it->head_len + it->chunk_len - it->done;
}

static void item_free(struct out_item *it)
{
	chunk_unref(&it->chunk);
	n_items--;
	free(it);
}

/* The rest of a piece, as one or two buffers. */
static unsigned to_bufs(const struct out_item *it, uv_buf_t *b)
{
	unsigned n = 0;
	uint32_t done = it->done;

	if (done < it->head_len) {
		b[n++] = uv_buf_init((char *)it->head + done,
		    it->head_len - done);
		done = 0;
	} else {
		done -= it->head_len;
	}
	if (it->chunk_len > done)
		b[n++] = uv_buf_init(it->chunk->p + done, it->chunk_len - done);
	return n;
}

/* n bytes have been written. */
static void advance(struct conn *c, size_t n)
{
	while (n) {
		struct out_item *it = first(c);
		uint32_t here = left(it);

		if (here > n)
			here = (uint32_t)n;
		it->done += here;
		n -= here;
		c->out_bytes -= here;
		if (!it->is_event)
			c->out_plain_bytes -= here;
		if (!left(it))
			item_free(take_first(c));
	}
}

static void flush(struct conn *c);

static void on_written(uv_write_t *req, int status)
{
	struct out_write *w = CONTAINER_OF(req, struct out_write, req);
	struct conn *c = w->conn;

	free(w);
	/* Called before the handle's close callback, so c still exists. */
	c->flushing = false;
	if (c->state == CONN_CLOSED)
		return;
	if (status < 0) {
		conn_close(c, "gone");
		return;
	}
	/* The client reads, so it is alive, even while its input is paused. */
	conn_heard(c);
	advance(c, left(first(c)));
	flush(c);
}

/* Lets libuv wait for the socket, with the first piece. */
static void wait_writable(struct conn *c)
{
	struct out_write *w = malloc(sizeof(*w));
	uv_buf_t bufs[2];
	unsigned n = to_bufs(first(c), bufs);

	if (!w)
		die(EX_OSERR, "out of memory");
	w->conn = c;
	c->flushing = true;
	if (uv_write(&w->req, &c->io.stream, bufs, n, on_written) != 0) {
		free(w);
		c->flushing = false;
		conn_close(c, "gone");
	}
}

static unsigned gather(const struct conn *c, uv_buf_t *bufs)
{
	const struct out_item *it = c->out_last;
	unsigned n = 0;

	do {
		it = it->next;
		n += to_bufs(it, bufs + n);
	} while (it != c->out_last && n + 2 <= GATHER_MAX);
	return n;
}

static void flush(struct conn *c)
{
	uv_buf_t bufs[GATHER_MAX];

	while (c->out_last && c->state != CONN_CLOSED) {
		int n = uv_try_write(&c->io.stream, bufs, gather(c, bufs));

		if (n == UV_EAGAIN || n == 0) {
			wait_writable(c);
			return;
		}
		if (n < 0) {
			conn_close(c, "gone");
			return;
		}
		advance(c, (size_t)n);
	}
	if (c->out_plain_bytes <= conf.live.output_max / 2)
		conn_read_resume(c, CONN_PAUSE_OUTPUT);
	if (!c->out_last && c->state != CONN_CLOSED)
		conn_drained(c);
}

static void add_dirty(struct conn *c)
{
	if (n_dirty == dirty_cap) {
		dirty_cap = dirty_cap ? dirty_cap * 2 : 256;
		dirty = realloc(dirty, dirty_cap * sizeof(*dirty));
		if (!dirty)
			die(EX_OSERR, "out of memory");
	}
	dirty[n_dirty++] = c->id;
}

static void enqueue(struct conn *c, enum out_class class, const void *head,
    size_t head_len, struct chunk *chunk, size_t len, size_t done)
{
	struct out_item *it = malloc(sizeof(*it));

	if (!it)
		die(EX_OSERR, "out of memory");
	n_items++;
	it->chunk = chunk ? chunk_ref(chunk) : NULL;
	it->chunk_len = (uint32_t)len;
	it->done = (uint32_t)done;
	it->head_len = (uint8_t)head_len;
	it->is_event = class == OUT_EVENT;
	memcpy(it->head, head, head_len);
	append(c, it);
	c->out_bytes += left(it);
	if (class == OUT_PLAIN) {
		c->out_plain_bytes += left(it);
		if (c->out_plain_bytes > conf.live.output_max)
			conn_read_pause(c, CONN_PAUSE_OUTPUT);
	}
}

/* The number of bytes that the socket takes at once; -1: disconnected. */
static ssize_t write_now(struct conn *c, const void *head, size_t head_len,
    struct chunk *chunk, size_t len)
{
	uv_buf_t bufs[2] = {
		{ (char *)(uintptr_t)head, head_len },
		{ chunk ? chunk->p : NULL, len },
	};
	int n = uv_try_write(&c->io.stream, bufs, len ? 2 : 1);

	if (n == UV_EAGAIN)
		return 0;
	if (n < 0)
		conn_close(c, "gone");
	return n;
}

size_t out_held(void)
{
	return chunk_bytes() + n_items * sizeof(struct out_item);
}

static bool has_room(const struct conn *c, size_t len)
{
	return !c->out_last ||
	       (c->out_bytes + len <= (size_t)conf.live.output_max &&
		   out_limit_has_room());
}

bool out_put(struct conn *c, enum out_class class, const void *head,
    size_t head_len, struct chunk *chunk, size_t len)
{
	ssize_t done = 0;
	bool waits;

	BUG_ON(head_len > OUT_HEAD_MAX);
	/* Gathered output does not count as waiting for the client. */
	if (!c->flushing && !has_room(c, head_len + len))
		flush(c);
	if (c->state == CONN_CLOSED)
		return true;
	if (class == OUT_EVENT && !has_room(c, head_len + len))
		return false;
	waits = c->out_last != NULL;
	if (!waits && !gathering && !c->n_pending) {
		done = write_now(c, head, head_len, chunk, len);
		if (done < 0)
			return true;
		if ((size_t)done == head_len + len) {
			if (c->state == CONN_CLOSING)
				conn_drained(c);
			return true;
		}
		enqueue(c, class, head, head_len, chunk, len, (size_t)done);
		wait_writable(c);
		return true;
	}
	enqueue(c, class, head, head_len, chunk, len, 0);
	if (!waits)
		add_dirty(c);
	return true;
}

void out_drop_events(struct conn *c)
{
	const struct out_item *last = c->out_last;
	/* The first may be partly written, or passed to libuv. */
	bool keep = last && (c->flushing || last->next->done);

	/* Once around: what stays goes from the front to the back. */
	for (bool more = last; more; keep = false) {
		struct out_item *it = take_first(c);

		more = it != last;
		if (keep || !it->is_event) {
			append(c, it);
			continue;
		}
		c->out_bytes -= left(it);
		item_free(it);
	}
}

void out_flush(struct conn *c)
{
	if (c->out_last && !c->flushing)
		flush(c);
}

size_t out_unread(const struct conn *c)
{
	size_t n = c->out_bytes;
	uv_os_fd_t fd;
	int in_kernel;

	/* Of a piece that libuv is writing, only it knows the rest. */
	if (c->flushing)
		n += uv_stream_get_write_queue_size(&c->io.stream) -
		     left(first(c));
	if (uv_fileno(&c->io.handle, &fd) == 0 &&
	    ioctl(fd, SIOCOUTQ, &in_kernel) == 0)
		n += (size_t)in_kernel;
	return n;
}

void out_release(struct conn *c)
{
	out_limit_released(c);
	while (c->out_last)
		item_free(take_first(c));
	c->out_bytes = c->out_plain_bytes = 0;
}

void out_gather(bool on)
{
	gathering = on;
}

static void flush_dirty(void)
{
	for (size_t i = 0; i < n_dirty; i++) {
		struct conn *c = conn_find(dirty[i]);

		if (c && c->out_last && !c->flushing)
			flush(c);
	}
	n_dirty = 0;
}

static void settle(void)
{
	flush_dirty();
	out_limit_keep();
}

/* Flushes what timers have put. */
static void on_prepare(uv_prepare_t *h)
{
	(void)h;
	settle();
}

/* Flushes what was put by handlers of input. */
static void on_check(uv_check_t *h)
{
	(void)h;
	settle();
}

void out_start(uv_loop_t *loop)
{
	uv_prepare_init(loop, &before_poll);
	uv_prepare_start(&before_poll, on_prepare);
	uv_check_init(loop, &after_poll);
	uv_check_start(&after_poll, on_check);
}
