#include "presence/peers.h"

#include <netdb.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/bus_seal.h"
#include "net/chunk.h"
#include "net/container.h"
#include "net/tcp.h"

#define PEER_QUEUE_MAX (1024 * 1024)
#define BACKOFF_MS     50 /* after the first failure; doubles */
#define BACKOFF_MAX    1000
#define CONNECT_MS     2000 /* the kernel's own limit is two minutes */

struct peer {
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} io;
	uv_connect_t connect;
	uv_getaddrinfo_t resolve;
	uv_timer_t retry; /* or the end of an attempt */
	struct str name, address;
	uint64_t backoff_ms;
	bool up;
	bool is_sealed;
	struct bus_seal seal;
};

struct write {
	uv_write_t req;
	struct chunk *chunk;
};

static uv_loop_t *loop;
static struct peer peers[BUS_NODES_MAX];
static size_t n_peers;

static void connect_peer(struct peer *p);

/* ---- connections ---- */

static void on_retry(uv_timer_t *t)
{
	connect_peer(t->data);
}

static void try_again(struct peer *p)
{
	p->backoff_ms = p->backoff_ms ? p->backoff_ms * 2 : BACKOFF_MS;
	if (p->backoff_ms > BACKOFF_MAX)
		p->backoff_ms = BACKOFF_MAX;
	uv_timer_start(&p->retry, on_retry, p->backoff_ms, 0);
}

static void on_closed(uv_handle_t *h)
{
	try_again(h->data);
}

static void peer_close(struct peer *p)
{
	p->up = false;
	if (!uv_is_closing(&p->io.handle))
		uv_close(&p->io.handle, on_closed);
}

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *out)
{
	static char buffer[64];

	(void)h;
	(void)n;
	*out = uv_buf_init(buffer, sizeof(buffer));
}

/* A node never writes: what is read is the end. */
static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
	(void)b;
	if (n != 0)
		peer_close(s->data);
}

static void on_connected(uv_connect_t *c, int status)
{
	struct peer *p = CONTAINER_OF(c, struct peer, connect);

	uv_timer_stop(&p->retry);
	if (status < 0) {
		peer_close(p);
		return;
	}
	p->up = true;
	p->seal.has_begun = false;
	p->backoff_ms = 0;
	uv_read_start(&p->io.stream, on_alloc, on_read);
}

static void on_late(uv_timer_t *t)
{
	peer_close(t->data);
}

static void connect_tcp(struct peer *p, const struct sockaddr *address)
{
	uv_tcp_init(loop, &p->io.tcp);
	p->io.handle.data = p;
	if (uv_tcp_connect(&p->connect, &p->io.tcp, address, on_connected) <
	    0) {
		peer_close(p);
		return;
	}
	tcp_set_options(&p->io.tcp);
	uv_timer_start(&p->retry, on_late, CONNECT_MS, 0);
}

static void on_resolved(uv_getaddrinfo_t *r, int status, struct addrinfo *list)
{
	struct peer *p = CONTAINER_OF(r, struct peer, resolve);

	if (status < 0 || !list)
		try_again(p);
	else
		connect_tcp(p, list->ai_addr);
	uv_freeaddrinfo(list);
}

static void connect_pipe(struct peer *p, const char *path)
{
	uv_pipe_init(loop, &p->io.pipe, 0);
	p->io.handle.data = p;
	uv_pipe_connect(&p->connect, &p->io.pipe, path, on_connected);
}

/* "host:port" or "[address]:port" */
static void resolve(struct peer *p, char *text)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV };
	char *colon = strrchr(text, ':'), *host = text;

	if (!colon)
		die(EX_CONFIG, "bus.nodes: %s: neither a path nor host:port",
		    text);
	*colon = '\0';
	if (*host == '[' && colon[-1] == ']') {
		host++;
		colon[-1] = '\0';
	}
	if (uv_getaddrinfo(loop, &p->resolve, on_resolved, host, colon + 1,
		&hints) < 0)
		try_again(p);
}

static void connect_peer(struct peer *p)
{
	char text[256];

	if (p->address.len >= sizeof(text))
		die(EX_CONFIG, "bus.nodes: an address is too long");
	memcpy(text, p->address.p, p->address.len);
	text[p->address.len] = '\0';
	if (text[0] == '/')
		connect_pipe(p, text);
	else
		resolve(p, text);
}

/* ---- frames ---- */

static void count(bool sent)
{
	stat_add(sent ? STAT_BUS_FRAMES : STAT_BUS_DROPPED, 1);
}

static void on_written(uv_write_t *req, int status)
{
	struct write *w = CONTAINER_OF(req, struct write, req);

	count(status == 0);
	if (status < 0)
		peer_close(req->handle->data);
	chunk_unref(&w->chunk);
	free(w);
}

static struct write *write_new(struct chunk *chunk)
{
	struct write *w = malloc(sizeof(*w));

	if (!w)
		die(EX_OSERR, "out of memory");
	w->chunk = chunk_ref(chunk);
	return w;
}

static bool has_room(const struct peer *p, size_t len)
{
	return uv_stream_get_write_queue_size(&p->io.stream) + len <=
	       PEER_QUEUE_MAX;
}

static void send_chunk(struct peer *p, struct chunk *chunk)
{
	uv_buf_t b = uv_buf_init(chunk->p, chunk->len);
	struct write *w = write_new(chunk);

	if (uv_write(&w->req, &p->io.stream, &b, 1, on_written) != 0) {
		count(false);
		chunk_unref(&w->chunk);
		free(w);
		peer_close(p);
	}
}

/* Sealed when it is sure to be written: packets are numbered. */
static void send_frame(struct peer *p, struct chunk *frame)
{
	static struct buf b;
	struct chunk *sealed;

	if (!p->up || !has_room(p, frame->len)) {
		count(false);
		return;
	}
	if (!p->is_sealed) {
		send_chunk(p, frame);
		return;
	}
	buf_clear(&b);
	bus_seal_put(&p->seal, &b, p->name,
	    (struct str){ frame->p, frame->len });
	sealed = chunk_join(buf_view(&b), STR(""));
	send_chunk(p, sealed);
	chunk_unref(&sealed);
}

void peers_broadcast(const struct bus_frame *f)
{
	static struct buf b;
	struct chunk *chunk;

	if (!n_peers)
		return;
	buf_clear(&b);
	bus_encode(&b, f);
	chunk = chunk_join(buf_view(&b), STR(""));
	for (size_t i = 0; i < n_peers; i++)
		send_frame(&peers[i], chunk);
	chunk_unref(&chunk);
}

void peers_start(uv_loop_t *l, struct str self)
{
	struct bus_node nodes[BUS_NODES_MAX];
	size_t n = bus_nodes(nodes);

	bus_seal_has_key(); /* a bad one ends the program now */
	loop = l;
	for (size_t i = 0; i < n; i++) {
		struct peer *p = &peers[n_peers];

		if (str_eq(nodes[i].name, self))
			continue;
		n_peers++;
		p->name = nodes[i].name;
		p->address = nodes[i].address;
		p->is_sealed = !bus_node_is_path(&nodes[i]) &&
			       bus_seal_has_key();
		uv_timer_init(loop, &p->retry);
		p->retry.data = p;
		connect_peer(p);
	}
}
