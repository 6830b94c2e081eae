#include "io/bus_wake.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "io/bus.h"
#include "io/bus_seal.h"
#include "io/run.h"

#define JOB_MAX 32

static int wake_fd = -1;
static pthread_once_t wake_once = PTHREAD_ONCE_INIT;

/* Of the nodes of other hosts, connected; written once. */
static int far_fds[BUS_NODES_MAX];
static size_t n_far;

static int open_far(struct str address)
{
	struct addrinfo *list = bus_resolve(address, SOCK_DGRAM);
	int fd = -1;

	for (struct addrinfo *ai = list; ai && fd < 0; ai = ai->ai_next) {
		fd = socket(ai->ai_family,
		    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, ai->ai_addr, ai->ai_addrlen) < 0) {
			close(fd);
			fd = -1;
		}
	}
	if (list)
		freeaddrinfo(list);
	return fd;
}

static void open_all(void)
{
	struct bus_node nodes[BUS_NODES_MAX];
	size_t n = bus_nodes(nodes);

	wake_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	for (size_t i = 0; i < n && bus_seal_has_key(); i++) {
		if (bus_node_is_path(&nodes[i]))
			continue;
		far_fds[n_far] = open_far(nodes[i].address);
		n_far += far_fds[n_far] >= 0;
	}
}

static int wake_path(struct sockaddr_un *sun, const char *job, int pid)
{
	char suffix[32] = ".wake";

	if (pid)
		snprintf(suffix, sizeof(suffix), ".wake.%d", pid);
	return run_address(RUN_WAKE, job, suffix, sun);
}

static void wake_far(const char *job)
{
	struct buf datagram;

	buf_init(&datagram);
	bus_seal_wake(&datagram, str_of(job));
	for (size_t i = 0; i < n_far; i++)
		(void)send(far_fds[i], datagram.p, datagram.len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	buf_release(&datagram);
}

static void wake_near(const char *job)
{
	struct sockaddr_un sun;

	if (wake_fd < 0 || wake_path(&sun, job, 0) < 0)
		return;
	/* Failure is fine: no job is waiting, or its queue is full. */
	(void)sendto(wake_fd, "w", 1, MSG_DONTWAIT | MSG_NOSIGNAL,
	    (struct sockaddr *)&sun, sizeof(sun));
}

void bus_wake(const char *job)
{
	pthread_once(&wake_once, open_all);
	wake_near(job);
	if (n_far)
		wake_far(job);
}

void bus_wake_here(struct str job)
{
	char name[JOB_MAX + 1] = "";

	if (job.len > JOB_MAX)
		return;
	memcpy(name, job.p, job.len);
	/* It becomes a path. */
	if (!*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyz-")])
		return;
	pthread_once(&wake_once, open_all);
	wake_near(name);
}

/*
 * Binds under a temporary name and renames over the old socket, so that there
 * is always a socket, and a worker that starts while its predecessor lingers
 * takes over the wake-ups.
 */
int bus_wake_open(const char *job)
{
	struct sockaddr_un own, sun;
	int fd = -1;

	if (wake_path(&sun, job, 0) < 0 || wake_path(&own, job, getpid()) < 0) {
		log_warn("wake_open", "job=%s error=path_too_long", job);
		return -1;
	}
	run_make_dir(RUN_WAKE);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	(void)unlink(own.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)) < 0 ||
	    chmod(own.sun_path, 0660) < 0 ||
	    rename(own.sun_path, sun.sun_path) < 0) {
		log_warn("wake_open", "job=%s error=\"%m\"", job);
		(void)unlink(own.sun_path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* Consumes all queued datagrams; true if there were any. */
static bool take_all(int fd)
{
	char c;
	bool any = false;

	while (recv(fd, &c, 1, MSG_DONTWAIT) >= 0)
		any = true;
	return any;
}

int bus_wake_wait(int fd, int64_t timeout_ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	if (timeout_ms < 0)
		timeout_ms = 0;
	if (timeout_ms > INT32_MAX)
		timeout_ms = INT32_MAX;
	/* poll() ignores a negative descriptor: this then only sleeps. */
	if (poll(&pfd, 1, (int)timeout_ms) <= 0)
		return 0;
	return take_all(fd);
}
