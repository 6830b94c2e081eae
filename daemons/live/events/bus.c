#include "events/bus.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/bus_seal.h"
#include "io/bus_wake.h"
#include "net/container.h"
#include "net/deadline.h"
#include "net/listener.h"
#include "net/out.h"
#include "net/tcp.h"

#define KEEP_LEN 65536
#define HELLO_S  10 /* a publisher's first packet comes with its hello */

struct publisher {
	union listener_peer io;
	struct buf in;
	struct bus_seal seal;
	struct buf sealed; /* what has arrived of a packet */
	struct deadline hello;
};

static struct arena arena;
static struct listener listener;
static bool is_sealed; /* what comes over TCP */
static struct deadline_list hellos;
static uv_udp_t wakes;
static char read_buffer[262144];

static bus_handler *handlers[BUS_TYPES_MAX];

void bus_on_frame(enum bus_type type, bus_handler *handler)
{
	BUG_ON(type >= BUS_TYPES_MAX || handlers[type]);
	handlers[type] = handler;
}

const json_t *bus_frame_object(struct arena *a, const struct bus_frame *f)
{
	struct error err;
	json_t *v;

	if (json_parse(a, arena_printf(a, "{%.*s}", STR_ARG(f->body)), false,
		&v, &err) < 0)
		return NULL;
	return v;
}

/* A type without a handler is from a newer version and is skipped. */
static void on_frame(const struct bus_frame *f)
{
	if (f->type < BUS_TYPES_MAX && handlers[f->type])
		handlers[f->type](f);
}

/*
 * Handles the frames in p[0..len); returns how many bytes they took; -1:
 * invalid.
 */
static int64_t take_frames(const char *p, size_t len)
{
	size_t done = 0;
	struct bus_frame f;
	int64_t n;

	/*
	 * A single frame is written to its recipients at once.  For several,
	 * the output of each recipient is gathered into one write.
	 */
	while ((n = bus_decode(&arena, p + done, len - done, &f)) > 0) {
		done += (size_t)n;
		out_gather(done < len);
		on_frame(&f);
		arena_rewind(&arena);
	}
	out_gather(false);
	return n < 0 ? -1 : (int64_t)done;
}

static void on_forged(const char *what)
{
	stat_add(STAT_BUS_FORGED, 1);
	log_info("bus_forged", "what=%s", what);
}

static void on_closed(uv_handle_t *h)
{
	struct publisher *p = h->data;

	buf_release(&p->in);
	buf_release(&p->sealed);
	free(p);
}

static void publisher_close(struct publisher *p)
{
	deadline_clear(&p->hello);
	if (!uv_is_closing(&p->io.handle))
		uv_close(&p->io.handle, on_closed);
}

/* Whoever has no key could hold descriptors for ever. */
static void on_hello_due(struct deadline *d)
{
	struct publisher *p = CONTAINER_OF(d, struct publisher, hello);

	on_forged("silence");
	publisher_close(p);
}

static void on_bytes(struct publisher *p, const char *bytes, size_t n)
{
	struct str s = { bytes, n };
	int64_t done;

	if (p->in.len) {
		buf_add(&p->in, bytes, n);
		s = buf_view(&p->in);
	}
	done = take_frames(s.p, s.len);
	if (done < 0) {
		log_error("bus", "%s", "not a frame");
		publisher_close(p);
		return;
	}
	if (p->in.len)
		buf_drop(&p->in, (size_t)done);
	else
		buf_add(&p->in, bytes + done, n - (size_t)done);
	if (!p->in.len)
		buf_shrink(&p->in, KEEP_LEN);
}

static void on_sealed(struct publisher *p, const char *bytes, size_t n)
{
	struct str packet;
	size_t done = 0;
	int64_t took;

	buf_add(&p->sealed, bytes, n);
	while ((took = bus_seal_take(&p->seal, str_of(conf.live.node),
		    p->sealed.p + done, p->sealed.len - done, &packet)) > 0) {
		done += (size_t)took;
		if (packet.len)
			on_bytes(p, packet.p, packet.len);
		if (uv_is_closing(&p->io.handle))
			return;
	}
	if (took < 0) {
		on_forged("connection");
		publisher_close(p);
		return;
	}
	if (p->seal.has_begun)
		deadline_clear(&p->hello);
	buf_drop(&p->sealed, done);
	if (!p->sealed.len)
		buf_shrink(&p->sealed, KEEP_LEN);
}

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *out)
{
	(void)h;
	(void)n;
	*out = uv_buf_init(read_buffer, sizeof(read_buffer));
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
	struct publisher *p = s->data;

	if (n < 0)
		publisher_close(p);
	else if (n > 0 && is_sealed)
		on_sealed(p, b->base, (size_t)n);
	else if (n > 0)
		on_bytes(p, b->base, (size_t)n);
}

static void on_connection(struct listener *l)
{
	struct publisher *p = calloc(1, sizeof(*p));

	if (!p)
		die(EX_OSERR, "out of memory");
	buf_init(&p->in);
	buf_init(&p->sealed);
	if (listener_accept(l, &p->io) < 0) {
		p->io.handle.data = p;
		publisher_close(p);
		return;
	}
	p->io.handle.data = p;
	if (!listener.is_path)
		tcp_set_options(&p->io.tcp);
	if (is_sealed)
		deadline_set(&hellos, &p->hello);
	uv_read_start(&p->io.stream, on_alloc, on_read);
}

/* [live] bus, or the address of this node in [bus] nodes. */
static struct str address(void)
{
	struct bus_node nodes[BUS_NODES_MAX];
	size_t n = bus_nodes(nodes);

	if (*conf.live.bus)
		return str_of(conf.live.bus);
	for (size_t i = 0; i < n; i++) {
		if (str_is(nodes[i].name, conf.live.node))
			return nodes[i].address;
	}
	die(EX_CONFIG, "live.bus is empty and bus.nodes does not name %s",
	    conf.live.node);
}

/* ---- wake-ups of jobs, from other hosts ---- */

static void on_wake(uv_udp_t *u, ssize_t n, const uv_buf_t *b,
    const struct sockaddr *from, unsigned flags)
{
	struct str job;

	(void)u;
	/* No sender: nothing more was there. */
	if (n < 0 || !from)
		return;
	job = STR_NONE;
	if (!(flags & UV_UDP_PARTIAL))
		job = bus_seal_take_wake((struct str){ b->base, (size_t)n });
	if (!job.p) {
		on_forged("wake");
		return;
	}
	stat_add(STAT_BUS_WAKES, 1);
	bus_wake_here(job);
}

static bool is_loopback(const struct sockaddr_storage *a)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)a;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)a;

	if (a->ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
	return ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

/* Over TCP the peer may be anybody; a path has an owner and a group. */
static void listen_to_hosts(uv_loop_t *loop)
{
	struct sockaddr_storage own;
	int len = sizeof(own), rc;

	is_sealed = bus_seal_has_key();
	deadline_list_init(&hellos, loop, HELLO_S * 1000, on_hello_due);
	rc = uv_tcp_getsockname(&listener.io.tcp, (struct sockaddr *)&own,
	    &len);
	if (rc == 0 && !is_sealed && !is_loopback(&own))
		die(EX_CONFIG, "live.bus is for other hosts: set bus.key");
	if (rc != 0 || !is_sealed)
		return;
	uv_udp_init(loop, &wakes);
	rc = uv_udp_bind(&wakes, (struct sockaddr *)&own, 0);
	if (rc == 0)
		rc = uv_udp_recv_start(&wakes, on_alloc, on_wake);
	if (rc != 0)
		die(rc == UV_EADDRINUSE ? EX_TEMPFAIL : EX_OSERR,
		    "live.bus: UDP: %s", uv_strerror(rc));
}

void bus_listen(uv_loop_t *loop)
{
	arena_init(&arena);
	listener_open(&listener, loop, address(), on_connection);
	if (!listener.is_path)
		listen_to_hosts(loop);
}
