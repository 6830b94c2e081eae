#include "io/bus_wake.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "io/run.h"

static int wake_fd = -1;
static pthread_once_t wake_once = PTHREAD_ONCE_INIT;

static void open_wake_fd(void)
{
	wake_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static int wake_path(struct sockaddr_un *sun, const char *job, int pid)
{
	char suffix[32] = ".wake";

	if (pid)
		snprintf(suffix, sizeof(suffix), ".wake.%d", pid);
	return run_address(RUN_WAKE, job, suffix, sun);
}

void bus_wake(const char *job)
{
	struct sockaddr_un sun;

	pthread_once(&wake_once, open_wake_fd);
	if (wake_fd < 0 || wake_path(&sun, job, 0) < 0)
		return;
	/* Failure is fine: no job is waiting, or its queue is full. */
	(void)sendto(wake_fd, "w", 1, MSG_DONTWAIT | MSG_NOSIGNAL,
	    (struct sockaddr *)&sun, sizeof(sun));
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
