#include "io/unix_listen.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Two that start together could both find nobody and then take the path from
 * each other.  The lock of the directory, unlike that of a file in it, needs no
 * file that somebody else may have made.
 */
static int lock_directory(const struct sockaddr_un *at)
{
	char dir[sizeof(at->sun_path) + 1];
	char *slash;
	int fd;

	strncpy(dir, at->sun_path, sizeof(dir) - 1);
	dir[sizeof(dir) - 1] = '\0';
	slash = strrchr(dir, '/');
	if (slash)
		slash[slash == dir] = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* 0: nobody listens there, and the path is free now. */
static int take_path(int fd, const struct sockaddr_un *at)
{
	struct stat st;

	if (lstat(at->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode)) {
		errno = ENOTSOCK;
		return -1;
	}
	/* EAGAIN: somebody listens, and the queue is full. */
	if (connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 ||
	    errno == EAGAIN) {
		errno = EADDRINUSE;
		return -1;
	}
	if (errno != ECONNREFUSED && errno != ENOENT)
		return -1;
	return unlink(at->sun_path) == 0 || errno == ENOENT ? 0 : -1;
}

static int new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static int probe(const struct sockaddr_un *at)
{
	int fd = new_socket(), rc, e;

	if (fd < 0)
		return -1;
	rc = take_path(fd, at);
	e = errno;
	close(fd);
	errno = e;
	return rc;
}

static int bind_locked(const struct sockaddr_un *at, int backlog)
{
	int fd, rc, e;
	mode_t mask;

	if (probe(at) < 0)
		return -1;
	fd = new_socket();
	if (fd < 0)
		return -1;
	mask = umask(0117);
	rc = bind(fd, (const struct sockaddr *)at, sizeof(*at));
	umask(mask);
	if (rc == 0 && listen(fd, backlog) == 0)
		return fd;
	e = errno;
	close(fd);
	errno = e;
	return -1;
}

int unix_listen(const struct sockaddr_un *at, int backlog)
{
	int lock = lock_directory(at), fd, e;

	if (lock < 0)
		return -1;
	fd = bind_locked(at, backlog);
	e = errno;
	close(lock);
	errno = e;
	return fd;
}
