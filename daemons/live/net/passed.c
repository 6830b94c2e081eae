#include "net/passed.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"

#define FIRST_FD 3
#define NAME     "listen"

static int fds[PASSED_MAX];
static size_t n_fds;
static bool is_read;

static bool env_is(const char *name, int64_t *n_out)
{
	const char *value = getenv(name);

	return value && str_to_int(str_of(value), n_out);
}

/* Once; they are not for the programs that this one starts. */
static void read_all(void)
{
	int64_t pid = 0, n = 0;

	if (is_read)
		return;
	is_read = true;
	if (!env_is("LISTEN_PID", &pid) || !env_is("LISTEN_FDS", &n) ||
	    pid != getpid())
		n = 0;
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	for (int fd = FIRST_FD; fd < FIRST_FD + n; fd++) {
		if (n_fds == PASSED_MAX) {
			close(fd);
			continue;
		}
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		fds[n_fds++] = fd;
	}
}

static bool listens_at(int fd, const struct sockaddr *at, socklen_t len)
{
	struct sockaddr_storage own = { .ss_family = AF_UNSPEC };
	socklen_t own_len = sizeof(own), on_len = sizeof(int);
	int on = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &on_len) < 0 ||
	    !on || getsockname(fd, (struct sockaddr *)&own, &own_len) < 0 ||
	    own.ss_family != at->sa_family)
		return false;
	if (at->sa_family == AF_UNIX)
		return !strcmp(((struct sockaddr_un *)&own)->sun_path,
		    ((const struct sockaddr_un *)at)->sun_path);
	return own_len == len && !memcmp(&own, at, len);
}

int passed_take(const struct sockaddr *at, socklen_t len)
{
	read_all();
	for (size_t i = 0; i < n_fds; i++) {
		int fd = fds[i];

		if (!listens_at(fd, at, len))
			continue;
		fds[i] = fds[--n_fds];
		return fd;
	}
	return -1;
}

void passed_drop_rest(void)
{
	read_all();
	while (n_fds)
		close(fds[--n_fds]);
}

/* ---- systemd ---- */

static void notify(int fd, const struct sockaddr_un *to, const char *text,
    const int *sent, size_t n)
{
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				    strlen(to->sun_path + 1) + 1);
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(PASSED_MAX * sizeof(int))];
	} control = { .room = "" };
	struct iovec iov = { (void *)(uintptr_t)text, strlen(text) };
	struct sockaddr_un name = *to;
	struct msghdr m = { .msg_name = &name,
		.msg_namelen = len,
		.msg_iov = &iov,
		.msg_iovlen = 1 };

	/* "@...": an abstract address */
	if (name.sun_path[0] == '@')
		name.sun_path[0] = '\0';
	if (n) {
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(n * sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(&control.head), sent, n * sizeof(int));
	}
	if (sendmsg(fd, &m, MSG_NOSIGNAL) < 0)
		log_info("notify", "error=%s", strerrorname_np(errno));
}

void passed_keep(const int *kept, size_t n)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	int fd;

	if (!path || !path[0] || !path[1] ||
	    strlen(path) >= sizeof(to.sun_path) || n > PASSED_MAX)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	memcpy(to.sun_path, path, strlen(path));
	/* Not those of former settings. */
	notify(fd, &to, "FDSTOREREMOVE=1\nFDNAME=" NAME, NULL, 0);
	notify(fd, &to, "FDSTORE=1\nFDNAME=" NAME, kept, n);
	close(fd);
}

/* ---- restart ---- */

static void put_env(const char *name, int64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, n);
	if (setenv(name, text, 1) < 0)
		die(EX_OSERR, "setenv: %m");
}

int passed_restart(const int *kept, size_t n, char *const argv[])
{
	int high[PASSED_MAX], end = FIRST_FD + (int)n;

	BUG_ON(n > PASSED_MAX);
	/* Out of each other's way first. */
	for (size_t i = 0; i < n; i++) {
		high[i] = fcntl(kept[i], F_DUPFD, end);
		if (high[i] < 0)
			die(EX_OSERR, "dup: %m");
	}
	for (size_t i = 0; i < n; i++)
		if (dup2(high[i], FIRST_FD + (int)i) < 0)
			die(EX_OSERR, "dup2: %m");
	close_range((unsigned)end, ~0U, 0);
	put_env("LISTEN_PID", getpid());
	put_env("LISTEN_FDS", (int64_t)n);
	execvp(argv[0], argv);
	execv("/proc/self/exe", argv);
	log_error("restart", "error=%s", strerrorname_np(errno));
	return EX_OSERR;
}
