#include "net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "io/unix_listen.h"
#include "net/passed.h"

#define BACKLOG     4096
#define ADDRESS_MAX 255

static int kept[PASSED_MAX];
static size_t n_kept;

static void on_connection(uv_stream_t *s, int status)
{
	struct listener *l = s->data;

	/* Out of descriptors, for example: libuv tries again. */
	if (status < 0)
		return;
	l->waiting = true;
	l->on_waiting(l);
}

static void die_unbound(const char *address, int e)
{
	if (e == EADDRINUSE)
		die(EX_TEMPFAIL, "%s: another process serves this address",
		    address);
	die(EX_OSERR, "%s: %s", address, strerror(e));
}

/*
 * libuv does not learn the path, which it would delete at the end, also if a
 * successor has bound it by then.
 */
static void bind_path(struct listener *l, uv_loop_t *loop, const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int fd;

	if (len >= sizeof(at.sun_path))
		die(EX_CONFIG, "%s: the path is too long", path);
	memcpy(at.sun_path, path, len);
	fd = passed_take((struct sockaddr *)&at, sizeof(at));
	if (fd < 0)
		fd = unix_listen(&at, BACKLOG);
	if (fd < 0)
		die_unbound(path, errno);
	uv_pipe_init(loop, &l->io.pipe, 0);
	if (uv_pipe_open(&l->io.pipe, fd) != 0)
		BUG("uv_pipe_open");
}

static void bind_tcp(struct listener *l, uv_loop_t *loop, const char *address)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV },
			*list;
	char text[ADDRESS_MAX + 1], *port, *host = text;
	size_t len;
	int rc, fd;

	memcpy(text, address, strlen(address) + 1);
	port = strrchr(text, ':');
	if (!port)
		die(EX_CONFIG, "%s: neither a path nor host:port", text);
	*port++ = '\0';
	len = strlen(host);
	if (host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		host++;
	}
	rc = getaddrinfo(*host ? host : NULL, port, &hints, &list);
	if (rc != 0)
		die(EX_CONFIG, "%s:%s: %s", host, port, gai_strerror(rc));
	uv_tcp_init(loop, &l->io.tcp);
	fd = passed_take(list->ai_addr, list->ai_addrlen);
	rc = fd >= 0 ? uv_tcp_open(&l->io.tcp, fd)
		     : uv_tcp_bind(&l->io.tcp, list->ai_addr, 0);
	if (rc != 0)
		die_unbound(address, -rc);
	freeaddrinfo(list);
}

/*
 * When the handle is closed and does not accept any more, clients wait in the
 * queue of this one for the program that follows.
 */
static void keep(const struct listener *l)
{
	uv_os_fd_t fd;

	if (n_kept == PASSED_MAX)
		die(EX_CONFIG, "too many addresses to listen on");
	if (uv_fileno(&l->io.handle, &fd) != 0)
		BUG("uv_fileno");
	kept[n_kept] = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (kept[n_kept++] < 0)
		die(EX_OSERR, "dup: %m");
}

void listeners_complete(void)
{
	passed_drop_rest();
	passed_keep(kept, n_kept);
}

int listeners_restart(char *const argv[])
{
	return passed_restart(kept, n_kept, argv);
}

void listener_open(struct listener *l, uv_loop_t *loop, struct str address,
    void (*on_waiting)(struct listener *l))
{
	char text[ADDRESS_MAX + 1];
	int rc;

	if (!address.len || address.len > ADDRESS_MAX)
		die(EX_CONFIG, "no address to listen on, or it is too long");
	memcpy(text, address.p, address.len);
	text[address.len] = '\0';
	l->is_path = text[0] == '/';
	l->on_waiting = on_waiting;
	if (l->is_path)
		bind_path(l, loop, text);
	else
		bind_tcp(l, loop, text);
	l->io.handle.data = l;
	rc = uv_listen(&l->io.stream, BACKLOG, on_connection);
	/* That of a TCP address which is in use comes here. */
	if (rc != 0)
		die_unbound(text, -rc);
	keep(l);
}

int listener_accept(struct listener *l, union listener_peer *peer)
{
	l->waiting = false;
	uv_tcp_init(l->io.handle.loop, &peer->tcp);
	return uv_accept(&l->io.stream, &peer->stream) == 0 ? 0 : -1;
}

void listener_close(struct listener *l)
{
	if (!uv_is_closing(&l->io.handle))
		uv_close(&l->io.handle, NULL);
}
