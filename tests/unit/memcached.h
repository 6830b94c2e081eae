/*
 * memcached: starts a memcached on a Unix socket in a temporary directory, for
 * the unit tests of its clients.
 */
#ifndef UNIT_MEMCACHED_H
#define UNIT_MEMCACHED_H

#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "patience.h"

struct memcached {
	char dir[64];
	char path[96];
	pid_t pid;
};

static inline bool memcached_answers(const struct memcached *m)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	memcpy(sun.sun_path, m->path, strlen(m->path));
	ok = fd >= 0 && !connect(fd, (struct sockaddr *)&sun, sizeof(sun));
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Starts it again after memcached_kill(), on the same socket. */
static inline int memcached_start(struct memcached *m)
{
	struct passwd *pw = getpwuid(geteuid());
	int64_t until = 0;

	unlink(m->path);
	m->pid = fork();
	if (m->pid == 0) {
		execlp("memcached", "memcached", "-u",
		    pw ? pw->pw_name : "root", "-s", m->path, "-m", "16", "-t",
		    "1", (char *)NULL);
		_exit(127);
	}
	while (m->pid > 0 && patient(&until)) {
		if (memcached_answers(m))
			return 0;
	}
	return -1;
}

static inline int memcached_open(struct memcached *m)
{
	snprintf(m->dir, sizeof(m->dir), "/tmp/im-unit.XXXXXX");
	if (!mkdtemp(m->dir))
		return -1;
	snprintf(m->path, sizeof(m->path), "%s/memcached.sock", m->dir);
	return memcached_start(m);
}

static inline void memcached_kill(struct memcached *m)
{
	if (m->pid > 0) {
		kill(m->pid, SIGKILL);
		waitpid(m->pid, NULL, 0);
	}
	m->pid = 0;
}

static inline void memcached_close(struct memcached *m)
{
	memcached_kill(m);
	unlink(m->path);
	rmdir(m->dir);
}

#endif
