#include "gateway/service_socket.h"

#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "io/run.h"

void service_socket_address(const char *name, struct sockaddr_un *out)
{
	if (run_address(RUN_GATE, name, ".sock", out) < 0)
		die(EX_CONFIG, "run.dir: the path is too long");
}

int service_socket_connect(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)address,
			   sizeof(*address)) != 0) {
		int e = errno;

		close(fd);
		errno = e;
		return -1;
	}
	return fd;
}
