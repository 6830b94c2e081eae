/*
 * live: memory of im-live per idle WebSocket, and CPU time per delivery of a
 * broadcast, compared with a bare epoll loop that writes the same bytes.
 *
 *   live -a ADDRESS:PORT -b BUS -p PID -u USER_ID -k TOKEN [-n N] [-r ROUNDS]
 *
 * Opens N WebSockets of one session.  Then sends ROUNDS frames on the bus, each
 * with one event for N users, one of whom is connected: N look-ups and N
 * deliveries.  The next frame is sent when all clients have received the last
 * one.  The same receivers then read the same bytes from a process that only
 * writes them (live_bare.c).  CPU time is the kernel's count for each of the
 * two writers.
 */
#include "live.h"

#include <inttypes.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "io/bus.h"

#define EVENT                                                             \
	"\"type\":\"entry\",\"at\":1795504702235,\"conv_id\":\"77\","     \
	"\"entry\":{\"conv_id\":\"77\",\"conv_index\":8,\"ordinal\":7,"   \
	"\"msg_id\":\"383516681376542720\",\"client_msg_id\":\"a-1\","    \
	"\"kind\":\"message\",\"type\":\"text\","                         \
	"\"sender_id\":\"383516681376542721\",\"sent_at\":1795504702235," \
	"\"content\":{\"text\":\"a message of the usual length\"}}"
#define SETTLE_MS 1500

struct options {
	struct sockaddr_in address;
	const char *bus, *token;
	int pid;
	int64_t user_id;
	int n, rounds;
};

/* ---- memory and CPU time from /proc ---- */

static int64_t rss_bytes(int pid)
{
	char path[64];
	int64_t pages = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%*d %" PRId64, &pages) != 1)
		die(EX_OSERR, "%s: cannot be read", path);
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

int64_t live_cpu_ns(int pid)
{
	char path[64];
	int64_t ns = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%" PRId64, &ns) != 1)
		die(EX_OSERR, "%s: cannot be read", path);
	fclose(f);
	return ns;
}

/* ---- receivers ---- */

int live_connect(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0)
		die(EX_OSERR, "connect: %m");
	return fd;
}

/* Reads and discards until `text` has arrived. */
static void read_until(int fd, const char *text)
{
	char buf[4096];
	size_t len = 0;

	do {
		ssize_t n = read(fd, buf + len, sizeof(buf) - 1 - len);

		if (n <= 0)
			die(EX_PROTOCOL, "no \"%s\" in the answer", text);
		len += (size_t)n;
		buf[len] = '\0';
	} while (!memmem(buf, len, text, strlen(text)));
}

static int open_websocket(const struct options *o)
{
	char head[512];
	int fd = live_connect(&o->address);
	int len = snprintf(head, sizeof(head),
	    "GET /v1/live HTTP/1.1\r\nHost: bench\r\n"
	    "Authorization: Bearer %s\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n",
	    o->token);

	if (write(fd, head, (size_t)len) != len)
		die(EX_OSERR, "write: %m");
	read_until(fd, "\"hello\"");
	return fd;
}

void live_receive_init(struct receivers *r, const int *fds, int n)
{
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < n; i++) {
		struct epoll_event e = { .events = EPOLLIN, .data.fd = fds[i] };

		fcntl(fds[i], F_SETFL, O_NONBLOCK);
		if (epoll_ctl(r->epoll, EPOLL_CTL_ADD, fds[i], &e) != 0)
			die(EX_OSERR, "epoll_ctl: %m");
	}
}

void live_receive(struct receivers *r, int64_t bytes)
{
	struct epoll_event events[256];
	char buf[65536];
	int64_t got = 0;

	while (got < bytes) {
		int n = epoll_wait(r->epoll, events, 256, 10000);

		if (n <= 0)
			die(EX_PROTOCOL,
			    "%" PRId64 " of %" PRId64 " bytes came", got,
			    bytes);
		for (int i = 0; i < n; i++) {
			ssize_t len = read(events[i].data.fd, buf, sizeof(buf));

			if (len == 0)
				die(EX_PROTOCOL, "a connection was closed");
			if (len > 0)
				got += len;
		}
	}
}

/* ---- rounds ---- */

static int bus_open(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&un, sizeof(un)) != 0)
		die(EX_OSERR, "%s: %m", path);
	return fd;
}

/*
 * The frame that a client receives, of the same length from im-live and from
 * the bare loop.
 */
static size_t frame_of(char *dst, int64_t index)
{
	int len = snprintf(dst + 4, 1000,
	    "{\"event\":{\"user_index\":%" PRId64 "," EVENT "}}", index);

	dst[0] = (char)0x81;
	dst[1] = 126;
	dst[2] = (char)(len >> 8);
	dst[3] = (char)len;
	return (size_t)len + 4;
}

static double through_im_live(const struct options *o, struct receivers *r)
{
	struct bus_to *to = calloc((size_t)o->n, sizeof(*to));
	int fd = bus_open(o->bus);
	int64_t before = 0;
	char frame[1024];
	struct buf b;

	buf_init(&b);
	/* The first tenth warms up. */
	for (int i = -o->rounds / 10; i < o->rounds; i++) {
		int64_t index = 1000000 + o->rounds + i;

		for (int j = 0; j < o->n; j++)
			to[j] = (struct bus_to){ j ? j : o->user_id, 0 };
		if (i == 0)
			before = live_cpu_ns(o->pid);
		buf_clear(&b);
		bus_encode(&b, &(struct bus_frame){ .type = BUS_EVENT,
				   .to = to,
				   .n_to = (size_t)o->n,
				   .body = STR(EVENT) });
		if (write(fd, b.p, b.len) != (ssize_t)b.len)
			die(EX_OSERR, "bus: %m");
		/* Ephemeral: without user_index. */
		live_receive(r, (int64_t)(frame_of(frame, index) -
					  strlen("\"user_index\":1234567,")) *
				    o->n);
	}
	free(to);
	buf_release(&b);
	close(fd);
	return (double)o->n * o->rounds * 1e9 /
	       (double)(live_cpu_ns(o->pid) - before);
}

static int parse(int argc, char **argv, struct options *o)
{
	char host[64];
	unsigned port = 0;
	int c;

	while ((c = getopt(argc, argv, "a:b:p:u:k:n:r:")) != -1) {
		if (c == 'a' &&
		    sscanf(optarg, "%63[0-9.]:%u", host, &port) == 2)
			live_address(&o->address, host, port);
		else if (c == 'b')
			o->bus = optarg;
		else if (c == 'p')
			o->pid = (int)strtol(optarg, NULL, 10);
		else if (c == 'u')
			o->user_id = strtoll(optarg, NULL, 10);
		else if (c == 'k')
			o->token = optarg;
		else if (c == 'n')
			o->n = (int)strtol(optarg, NULL, 10);
		else if (c == 'r')
			o->rounds = (int)strtol(optarg, NULL, 10);
		else
			return -1;
	}
	return port && o->bus && o->pid && o->user_id && o->token && o->n > 0 &&
		       o->rounds > 0 && optind == argc
		   ? 0
		   : -1;
}

static void raise_limit(void)
{
	struct rlimit l;

	getrlimit(RLIMIT_NOFILE, &l);
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

int main(int argc, char **argv)
{
	struct options o = { .n = 2000, .rounds = 200 };
	struct receivers r;
	char frame[1024];
	int64_t before;
	double live, bare;
	int *fds;

	log_init("bench-live", LOG_INFO);
	if (parse(argc, argv, &o) < 0) {
		fputs("usage: live -a ADDRESS:PORT -b BUS -p PID -u USER_ID "
		      "-k TOKEN [-n N] [-r ROUNDS]\n",
		    stderr);
		return EX_USAGE;
	}
	raise_limit();
	fds = calloc((size_t)o.n, sizeof(*fds));
	/* Memory that all connections share is allocated by the first ones. */
	for (int i = 0; i < o.n / 10; i++)
		close(open_websocket(&o));
	clock_sleep_ms(SETTLE_MS);
	before = rss_bytes(o.pid);
	for (int i = 0; i < o.n; i++)
		fds[i] = open_websocket(&o);
	clock_sleep_ms(SETTLE_MS);
	printf("memory connections=%d bytes_per_connection=%" PRId64 "\n", o.n,
	    (int64_t)(rss_bytes(o.pid) - before) / o.n);
	fflush(stdout);
	live_receive_init(&r, fds, o.n);
	live = through_im_live(&o, &r);
	for (int i = 0; i < o.n; i++)
		close(fds[i]);
	close(r.epoll);
	bare = live_bare(o.n, o.rounds, frame,
	    frame_of(frame, 1000000) - strlen("\"user_index\":1234567,"));
	printf("broadcast connections=%d deliveries_per_cpu_s=%.0f "
	       "bare_loop=%.0f ratio=%.2f\n",
	    o.n, live, bare, live / bare);
	return 0;
}
