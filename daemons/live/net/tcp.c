#include "net/tcp.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/conf.h"

void tcp_set_options(uv_tcp_t *t)
{
	unsigned timeout_ms = (unsigned)conf.live.dead_s * 1000;
	uv_os_fd_t fd;

	uv_tcp_nodelay(t, 1);
	uv_tcp_keepalive(t, 1, (unsigned)conf.live.dead_s);
	if (uv_fileno((uv_handle_t *)t, &fd) == 0)
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms,
		    sizeof(timeout_ms));
}
