#include "net/accept.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/log.h"
#include "net/conn.h"
#include "net/listener.h"
#include "net/tcp.h"

#define LISTENERS_MAX 8
/* Descriptors for publishers, memcached, listeners, libuv and stdio. */
#define OTHERS 128
/* How much the kernel may hold unsent; the rest waits here and is bounded. */
#define UNSENT_MAX 131072

static struct listener listeners[LISTENERS_MAX];
static int n_listeners;
static void (*begin)(struct conn *c);
static size_t room;
static bool paused, stopped;

static void set_peer(struct conn *c)
{
	struct sockaddr_storage sa = { .ss_family = AF_UNSPEC };
	int len = sizeof(sa);

	uv_tcp_getpeername(&c->io.tcp, (struct sockaddr *)&sa, &len);
	peer_ip_of(&c->ip, (struct sockaddr *)&sa);
	c->peer_is_local = peer_ip_is_loopback(&c->ip);
}

static void set_options(struct conn *c)
{
	uv_os_fd_t fd;
	int unsent = UNSENT_MAX;

	if (uv_fileno(&c->io.handle, &fd) != 0)
		return;
	tcp_set_options(&c->io.tcp);
	setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
}

static void accept_one(struct listener *l)
{
	struct conn *c = conn_new();
	int rc = listener_accept(l, (union listener_peer *)&c->io);

	c->io.handle.data = c;
	if (rc < 0) {
		conn_close(c, "gone");
		return;
	}
	set_peer(c);
	if (!l->is_path)
		set_options(c);
	begin(c);
}

static void on_waiting(struct listener *l)
{
	if (stopped)
		return;
	if (conn_count() >= room) {
		if (!paused)
			log_warn("accept", "paused=1 connections=%zu",
			    conn_count());
		paused = true;
		return;
	}
	accept_one(l);
}

/* A connection was closed. */
static void on_room(void)
{
	if (!paused || stopped || conn_count() >= room)
		return;
	paused = false;
	for (int i = 0; i < n_listeners; i++) {
		if (listeners[i].waiting)
			on_waiting(&listeners[i]);
	}
}

/* As many connections as there are descriptors, and at most a few above
 * connections_max: those only get the refusal. */
static void set_room(size_t reserved)
{
	struct rlimit limit;
	size_t taken = OTHERS + reserved;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		die(EX_OSERR, "getrlimit: %m");
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur <= taken)
		die(EX_OSERR,
		    "descriptor limit %" PRIu64 ": more than %zu needed",
		    limit.rlim_cur, taken);
	room = (size_t)limit.rlim_cur - taken;
	if (room > (size_t)conf.live.connections_max + 64)
		room = (size_t)conf.live.connections_max + 64;
}

void accept_start(uv_loop_t *loop, size_t reserved,
    void (*on_accepted)(struct conn *c))
{
	struct str rest = str_of(conf.live.listen);

	begin = on_accepted;
	set_room(reserved);
	conn_on_room(on_room);
	while (rest.p && n_listeners < LISTENERS_MAX) {
		struct str address = str_trim(str_cut(&rest, ','));

		if (address.len)
			listener_open(&listeners[n_listeners++], loop, address,
			    on_waiting);
	}
	if (!n_listeners)
		die(EX_CONFIG, "live.listen names no address");
}

/* What libuv has accepted would be lost with the handle. */
void accept_stop(void)
{
	stopped = true;
	for (int i = 0; i < n_listeners; i++) {
		if (listeners[i].waiting)
			accept_one(&listeners[i]);
		listener_close(&listeners[i]);
	}
}
