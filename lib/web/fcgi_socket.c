#include "web/fcgi_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "io/run.h"
#include "io/unix_listen.h"

#define BACKLOG 1024

/* Where a program that restarts finds its sockets. */
static const int passed[FCGI_SOCKETS] = {
	[FCGI_WEB] = STDIN_FILENO,
	[FCGI_GATE] = STDERR_FILENO + 1,
};
static const char *const dirs[FCGI_SOCKETS] = {
	[FCGI_WEB] = RUN_WEB,
	[FCGI_GATE] = RUN_GATE,
};

static bool is_listening(int fd)
{
	socklen_t len = sizeof(int);
	int on = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 && on;
}

bool fcgi_socket_is_passed(void)
{
	return is_listening(passed[FCGI_WEB]);
}

static bool is_bound_to(int fd, const struct sockaddr_un *at)
{
	struct sockaddr_un un = { .sun_family = AF_UNSPEC };
	socklen_t len = sizeof(un);

	return getsockname(fd, (struct sockaddr *)&un, &len) == 0 &&
	       un.sun_family == AF_UNIX && !strcmp(un.sun_path, at->sun_path);
}

/*
 * Bound under its final path, not renamed: after a restart on the socket the
 * program learns the path from getsockname().
 */
static int bind_to(const struct sockaddr_un *un)
{
	int fd = unix_listen(un, BACKLOG);

	if (fd < 0 && errno == EADDRINUSE)
		die(EX_TEMPFAIL, "%s: another process serves this socket",
		    un->sun_path);
	if (fd < 0)
		die(EX_OSERR, "%s: %m", un->sun_path);
	return fd;
}

void fcgi_sockets_open(struct fcgi_socket sockets[FCGI_SOCKETS],
    const char *service)
{
	for (int i = 0; i < FCGI_SOCKETS; i++) {
		struct fcgi_socket *s = &sockets[i];
		struct sockaddr_un un;

		if (run_address(dirs[i], service, ".sock", &un) < 0)
			die(EX_CONFIG, "run.dir is too long");
		*s = (struct fcgi_socket){ .fd = passed[i],
			.is_gate = i == FCGI_GATE };
		s->own = is_listening(s->fd) && is_bound_to(s->fd, &un);
		/* Descriptor 0 may be any socket, and 3 anything. */
		if (!s->own && (i != FCGI_WEB || !fcgi_socket_is_passed())) {
			run_make_dir(dirs[i]);
			s->fd = bind_to(&un);
			s->own = true;
		}
		/* Several threads may wake for one client. */
		if (fcntl(s->fd, F_SETFL, O_NONBLOCK) < 0)
			die(EX_OSERR, "fcntl: %m");
	}
}

void fcgi_sockets_pass(const struct fcgi_socket sockets[FCGI_SOCKETS])
{
	int high[FCGI_SOCKETS];

	/* Out of each other's way first. */
	for (int i = 0; i < FCGI_SOCKETS; i++)
		high[i] = fcntl(sockets[i].fd, F_DUPFD, passed[FCGI_GATE] + 1);
	for (int i = 0; i < FCGI_SOCKETS; i++)
		if (high[i] < 0 || dup2(high[i], passed[i]) < 0)
			die(EX_OSERR, "dup2: %m");
	/* Descriptors that libraries opened without close-on-exec. */
	close_range((unsigned)passed[FCGI_GATE] + 1, ~0U, 0);
}
