/*
 * The upper bound for im-live: a process with one epoll loop that writes one
 * frame to each connection for each byte that it reads from its trigger,
 * without looking up or formatting anything.
 */
#include "live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

void live_address(struct sockaddr_in *dst, const char *host, unsigned port)
{
	*dst = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	if (inet_pton(AF_INET, host, &dst->sin_addr) != 1)
		die(EX_USAGE, "%s: no address", host);
}

static int listen_somewhere(struct sockaddr_in *out)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(*out);

	live_address(out, "127.0.0.1", 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)out, len) != 0 ||
	    listen(fd, 4096) != 0 ||
	    getsockname(fd, (struct sockaddr *)out, &len) != 0)
		die(EX_OSERR, "listen: %m");
	return fd;
}

/* A socket buffer holds more than one frame, so a short write is an error. */
static void broadcast(const int *fds, int n, const char *frame, size_t len)
{
	for (int i = 0; i < n; i++) {
		if (write(fds[i], frame, len) != (ssize_t)len)
			die(EX_OSERR, "write: %m");
	}
}

static void serve(int listener, int trigger, int n, const char *frame,
    size_t len)
{
	int *fds = calloc((size_t)n, sizeof(*fds)), epoll = epoll_create1(0);
	struct epoll_event e = { .events = EPOLLIN, .data.fd = trigger };
	int one = 1;
	char c;

	epoll_ctl(epoll, EPOLL_CTL_ADD, trigger, &e);
	for (int i = 0; i < n; i++) {
		struct epoll_event client = { .events = EPOLLIN };

		fds[i] = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
		if (fds[i] < 0)
			die(EX_OSERR, "accept: %m");
		client.data.fd = fds[i];
		setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &client);
	}
	while (epoll_wait(epoll, &e, 1, -1) >= 0) {
		if (e.data.fd != trigger)
			continue;
		if (read(trigger, &c, 1) != 1)
			_exit(0);
		broadcast(fds, n, frame, len);
	}
	_exit(1);
}

double live_bare(int n, int rounds, const char *frame, size_t len)
{
	struct sockaddr_in address;
	int listener = listen_somewhere(&address), pair[2];
	int *fds = calloc((size_t)n, sizeof(*fds));
	struct receivers r;
	int64_t before = 0, ns;
	pid_t pid;

	if (pipe(pair) != 0)
		die(EX_OSERR, "pipe: %m");
	pid = fork();
	if (pid < 0)
		die(EX_OSERR, "fork: %m");
	if (pid == 0) {
		close(pair[1]);
		serve(listener, pair[0], n, frame, len);
	}
	for (int i = 0; i < n; i++)
		fds[i] = live_connect(&address);
	live_receive_init(&r, fds, n);
	for (int i = -rounds / 10; i < rounds; i++) {
		if (i == 0)
			before = live_cpu_ns(pid);
		if (write(pair[1], "x", 1) != 1)
			die(EX_OSERR, "pipe: %m");
		live_receive(&r, (int64_t)len * n);
	}
	ns = live_cpu_ns(pid) - before;
	close(pair[1]);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < n; i++)
		close(fds[i]);
	free(fds);
	return (double)n * rounds * 1e9 / (double)ns;
}
