/*
 * child: runs a function in a child process, for tests of what ends the
 * process.
 *
 * Its stderr is returned as text.  cmocka's asserts do not work in the child:
 * the function reports by its exit status.
 */
#ifndef UNIT_CHILD_H
#define UNIT_CHILD_H

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_TEXT_LEN 16384

/* The exit status; 128 + the signal that ended it; -1: fork failed. */
static inline int child_run(void (*fn)(void *), void *arg,
    char text_out[CHILD_TEXT_LEN])
{
	int fd = memfd_create("stderr", MFD_CLOEXEC), status = -1;
	ssize_t n = -1;
	pid_t pid;

	fflush(stdout);
	pid = fd < 0 ? -1 : fork();
	if (pid == 0) {
		struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		dup2(fd, STDERR_FILENO);
		fn(arg);
		_exit(0);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid)
		n = pread(fd, text_out, CHILD_TEXT_LEN - 1, 0);
	text_out[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

#endif
