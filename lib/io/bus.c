#include "io/bus.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/order.h"
#include "base/stat.h"
#include "io/bus_seal.h"
#include "io/epoch.h"
#include "io/presence.h"

#define CONNECT_MS  100 /* time limit for connecting */
#define SEND_MS     200 /* time limit per node and call */
#define BACKOFF_MS  50  /* after the first failure; doubles */
#define BACKOFF_MAX 1000
#define TO_MAX      4096 /* recipients of one frame; more are split */
#define TO_LEN      16

/* ---- nodes ---- */

size_t bus_nodes(struct bus_node nodes[BUS_NODES_MAX])
{
	struct str rest = str_of(conf.bus.nodes);
	size_t n = 0;

	while (rest.p && n < BUS_NODES_MAX) {
		struct str item = str_trim(str_cut(&rest, ','));

		nodes[n].name = str_trim(str_cut(&item, '='));
		if (!item.p || !nodes[n].name.len)
			continue;
		nodes[n++].address = str_trim(item);
	}
	return n;
}

struct peer {
	struct str name, address;
	int fd;
	int64_t backoff_ms;
	int64_t retry_at_ms; /* monotonic; no attempt before */
	bool is_sealed;
	struct bus_seal seal;
	struct buf sealed;
};

struct bus {
	struct cache *cache;
	struct peer peers[BUS_NODES_MAX];
	size_t n_peers;
	struct buf out;
};

bool bus_node_is_path(const struct bus_node *node)
{
	return node->address.len && node->address.p[0] == '/';
}

struct bus *bus_new(struct cache *cache)
{
	struct bus *b = calloc(1, sizeof(*b));
	struct bus_node nodes[BUS_NODES_MAX];

	if (!b)
		die(EX_OSERR, "out of memory");
	b->cache = cache;
	b->n_peers = bus_nodes(nodes);
	for (size_t i = 0; i < b->n_peers; i++) {
		b->peers[i] = (struct peer){ .name = nodes[i].name,
			.address = nodes[i].address,
			.is_sealed = !bus_node_is_path(&nodes[i]) &&
				     bus_seal_has_key(),
			.fd = -1 };
		buf_init(&b->peers[i].sealed);
	}
	buf_init(&b->out);
	return b;
}

static void peer_close(struct peer *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

void bus_free(struct bus **b)
{
	if (!*b)
		return;
	for (size_t i = 0; i < (*b)->n_peers; i++) {
		peer_close(&(*b)->peers[i]);
		buf_release(&(*b)->peers[i].sealed);
	}
	buf_release(&(*b)->out);
	free(*b);
	*b = NULL;
}

/* ---- codec ---- */

void bus_encode(struct buf *out, const struct bus_frame *f)
{
	buf_u32(out,
	    (uint32_t)(BUS_HEAD_LEN - 4 + f->n_to * TO_LEN + f->body.len));
	buf_u8(out, BUS_VERSION);
	buf_u8(out, (uint8_t)f->type);
	buf_u16(out, 0);
	buf_u32(out, (uint32_t)f->n_to);
	buf_u32(out, (uint32_t)f->body.len);
	for (size_t i = 0; i < f->n_to; i++) {
		buf_u64(out, (uint64_t)f->to[i].user_id);
		buf_u64(out, (uint64_t)f->to[i].user_index);
	}
	buf_str(out, f->body);
}

int64_t bus_decode(struct arena *a, const char *p, size_t len,
    struct bus_frame *f_out)
{
	uint64_t rest, n_to, body_len;
	struct bus_to *to;

	if (len < 4)
		return 0;
	rest = get_u32(p);
	if (rest < BUS_HEAD_LEN - 4 || rest > BUS_FRAME_MAX - 4)
		return -1;
	if (len < BUS_HEAD_LEN)
		return 0;
	n_to = get_u32(p + 8);
	body_len = get_u32(p + 12);
	if (p[4] != BUS_VERSION ||
	    BUS_HEAD_LEN - 4 + n_to * TO_LEN + body_len != rest)
		return -1;
	if (len < rest + 4)
		return 0;
	to = ARENA_ARRAY(a, n_to, struct bus_to);
	*f_out = (struct bus_frame){ .type = (uint8_t)p[5], .to = to };
	f_out->n_to = n_to;
	p += BUS_HEAD_LEN;
	for (uint64_t i = 0; i < n_to; i++, p += TO_LEN) {
		to[i].user_id = (int64_t)get_u64(p);
		to[i].user_index = (int64_t)get_u64(p + 8);
	}
	f_out->body = (struct str){ p, body_len };
	return (int64_t)rest + 4;
}

/* ---- connections ---- */

/* False at the deadline. */
static bool wait_for(int fd, short events, int64_t deadline_ms)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int64_t left;
	int n;

	do {
		left = deadline_ms - clock_mono_ms();
		if (left <= 0)
			return false;
		n = poll(&pfd, 1, (int)left);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

static bool wait_writable(int fd, int64_t deadline_ms)
{
	return wait_for(fd, POLLOUT, deadline_ms);
}

static bool finish_connect(int fd, const struct sockaddr *sa, socklen_t len)
{
	int soerr = 0;
	socklen_t soerr_len = sizeof(soerr);

	if (connect(fd, sa, len) == 0)
		return true;
	/* EAGAIN: a Unix socket with a full backlog, a failure. */
	if (errno != EINPROGRESS ||
	    !wait_writable(fd, clock_mono_ms() + CONNECT_MS))
		return false;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &soerr, &soerr_len) == 0 &&
	       soerr == 0;
}

static int open_socket(int family, const struct sockaddr *sa, socklen_t len)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && !finish_connect(fd, sa, len)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool unix_address(struct sockaddr_un *sun, struct str path)
{
	*sun = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (path.len >= sizeof(sun->sun_path))
		return false;
	memcpy(sun->sun_path, path.p, path.len);
	return true;
}

struct addrinfo *bus_resolve(struct str address, int socktype)
{
	struct addrinfo hints = { .ai_socktype = socktype,
		.ai_flags = AI_NUMERICSERV },
			*list;
	char text[256], *host = text, *colon;

	if (address.len >= sizeof(text))
		return NULL;
	memcpy(text, address.p, address.len);
	text[address.len] = '\0';
	colon = strrchr(text, ':');
	if (!colon)
		return NULL;
	*colon = '\0';
	/* "[::1]:8090" */
	if (*host == '[' && colon[-1] == ']') {
		host++;
		colon[-1] = '\0';
	}
	return getaddrinfo(host, colon + 1, &hints, &list) ? NULL : list;
}

static int open_tcp(struct str address)
{
	struct addrinfo *list = bus_resolve(address, SOCK_STREAM), *ai;
	unsigned dead_ms = (unsigned)conf.bus.dead_s * 1000;
	int fd = -1;

	for (ai = list; ai && fd < 0; ai = ai->ai_next)
		fd = open_socket(ai->ai_family, ai->ai_addr, ai->ai_addrlen);
	/* A host that is powered off does not say so. */
	if (fd >= 0)
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_ms,
		    sizeof(dead_ms));
	if (list)
		freeaddrinfo(list);
	return fd;
}

static void peer_failed(struct peer *p)
{
	peer_close(p);
	p->backoff_ms = p->backoff_ms ? p->backoff_ms * 2 : BACKOFF_MS;
	if (p->backoff_ms > BACKOFF_MAX)
		p->backoff_ms = BACKOFF_MAX;
	p->retry_at_ms = clock_mono_ms() + p->backoff_ms;
}

/* A node never writes, so a readable socket means that it is closed. */
static bool peer_is_gone(const struct peer *p)
{
	char c;

	return recv(p->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
	       (errno != EAGAIN && errno != EINTR);
}

static int open_node(struct str address)
{
	struct sockaddr_un sun;

	if (address.len && address.p[0] != '/')
		return open_tcp(address);
	if (!unix_address(&sun, address))
		return -1;
	return open_socket(AF_UNIX, (struct sockaddr *)&sun, sizeof(sun));
}

/* The kernel accepts for a process that hangs.  One that runs ends what its
 * peer has ended. */
bool bus_node_answers(const struct bus_node *node, int timeout_ms)
{
	int fd = open_node(node->address);
	bool has_ended;
	char c;

	if (fd < 0)
		return false;
	shutdown(fd, SHUT_WR);
	has_ended = wait_for(fd, POLLIN, clock_mono_ms() + timeout_ms) &&
		    recv(fd, &c, 1, 0) == 0;
	close(fd);
	return has_ended;
}

static bool peer_connect(struct peer *p)
{
	if (p->fd >= 0 && peer_is_gone(p))
		peer_close(p);
	if (p->fd >= 0)
		return true;
	if (clock_mono_ms() < p->retry_at_ms)
		return false;
	p->fd = open_node(p->address);
	if (p->fd < 0)
		peer_failed(p);
	p->seal.has_begun = false;
	return p->fd >= 0;
}

/*
 * Sends all of s or closes the connection: after a partial frame the receiver
 * would take the next one for the rest of it.
 */
static bool peer_send(struct peer *p, struct str s)
{
	int64_t deadline = clock_mono_ms() + SEND_MS;

	if (!peer_connect(p))
		return false;
	if (p->is_sealed) {
		buf_clear(&p->sealed);
		buf_shrink(&p->sealed, 2 * BUS_FRAME_MAX);
		bus_seal_put(&p->seal, &p->sealed, p->name, s);
		s = buf_view(&p->sealed);
	}
	while (s.len) {
		ssize_t n = send(p->fd, s.p, s.len, MSG_NOSIGNAL);

		if (n >= 0) {
			s.p += n;
			s.len -= (size_t)n;
		} else if (errno == EAGAIN) {
			if (!wait_writable(p->fd, deadline))
				break;
		} else if (errno != EINTR) {
			break;
		}
	}
	if (s.len) {
		peer_failed(p);
		return false;
	}
	p->backoff_ms = 0;
	return true;
}

/* ---- publishing ---- */

static void count(size_t frames, bool sent)
{
	stat_add(sent ? STAT_BUS_FRAMES : STAT_BUS_DROPPED, (int64_t)frames);
}

/* Sends the frames collected for one node. */
static void flush(struct bus *b, struct peer *p, size_t frames)
{
	if (frames)
		count(frames, peer_send(p, buf_view(&b->out)));
	buf_clear(&b->out);
}

static int by_user(const void *x, const void *y)
{
	const struct presence *a = x, *b = y;

	return order_i64(a->user_id, b->user_id);
}

/* The presence of all recipients, ascending, without duplicates. */
static struct presence *look_up(struct bus *b, struct arena *a,
    const struct bus_frame *frames, size_t n, size_t *n_out,
    uint32_t *unmarked_out)
{
	size_t max = 0, n_users = 0;
	struct presence *users;

	for (size_t i = 0; i < n; i++)
		max += frames[i].n_to;
	users = ARENA_ARRAY(a, max, struct presence);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < frames[i].n_to; j++)
			users[n_users++].user_id = frames[i].to[j].user_id;
	}
	qsort(users, n_users, sizeof(*users), by_user);
	max = n_users;
	n_users = 0;
	for (size_t i = 0; i < max; i++) {
		if (!n_users || users[i].user_id != users[n_users - 1].user_id)
			users[n_users++] = users[i];
	}
	presence_get_nodes(b->cache, a, users, n_users, unmarked_out);
	*n_out = n_users;
	return users;
}

/* Adds the frame with those of its recipients that node i holds. */
static size_t add_for_node(struct bus *b, const struct bus_frame *f,
    const struct presence *users, size_t n_users, uint32_t node_bit,
    struct bus_to *to)
{
	struct bus_frame part = *f;
	size_t frames = 0;

	part.to = to;
	part.n_to = 0;
	for (size_t i = 0; i < f->n_to; i++) {
		struct presence key = { .user_id = f->to[i].user_id }, *u;

		if (users) {
			u = bsearch(&key, users, n_users, sizeof(key), by_user);
			if (!u || !(u->nodes & node_bit))
				continue;
		}
		to[part.n_to++] = f->to[i];
		if (part.n_to == TO_MAX) {
			bus_encode(&b->out, &part);
			part.n_to = 0;
			frames++;
		}
	}
	if (part.n_to) {
		bus_encode(&b->out, &part);
		frames++;
	}
	return frames;
}

static bool fits(const struct bus_frame *f)
{
	return f->body.len <= BUS_FRAME_MAX - BUS_HEAD_LEN - TO_MAX * TO_LEN;
}

static bool is_past(const struct bus_frame *f)
{
	return f->epoch && epoch_now(EPOCH_REWRITE, f->about) != f->epoch;
}

void bus_publish_all(struct bus *b, struct arena *a,
    const struct bus_frame *frames, size_t n)
{
	struct bus_to *to;
	uint32_t unmarked = UINT32_MAX;
	size_t n_users = 0;
	struct presence *users = NULL;

	if (!b->n_peers || !n)
		return;
	/* A single node is asked faster than memcached about it. */
	if (b->n_peers > 1)
		users = look_up(b, a, frames, n, &n_users, &unmarked);
	to = ARENA_ARRAY(a, TO_MAX, struct bus_to);
	for (size_t i = 0; i < b->n_peers; i++) {
		uint32_t bit = UINT32_C(1) << i;
		size_t added = 0;

		for (size_t j = 0; j < n; j++) {
			if (!fits(&frames[j]) || is_past(&frames[j])) {
				count(1, false);
				continue;
			}
			added += add_for_node(b, &frames[j],
			    unmarked & bit ? NULL : users, n_users, bit, to);
			if (b->out.len >= BUS_FRAME_MAX) {
				flush(b, &b->peers[i], added);
				added = 0;
			}
		}
		flush(b, &b->peers[i], added);
	}
	buf_shrink(&b->out, 2 * BUS_FRAME_MAX);
}

void bus_publish(struct bus *b, struct arena *a, const struct bus_frame *f)
{
	bus_publish_all(b, a, f, 1);
}

void bus_broadcast(struct bus *b, const struct bus_frame *f)
{
	if (!fits(f) || f->n_to > TO_MAX) {
		count(1, false);
		return;
	}
	for (size_t i = 0; i < b->n_peers; i++) {
		bus_encode(&b->out, f);
		flush(b, &b->peers[i], 1);
	}
}
