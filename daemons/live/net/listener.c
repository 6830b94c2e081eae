#include "net/listener.h"

#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"

#define BACKLOG 4096

static void on_connection(uv_stream_t *s, int status)
{
	struct listener *l = s->data;

	/* Out of descriptors, for example: libuv tries again. */
	if (status < 0)
		return;
	l->waiting = true;
	l->on_waiting(l);
}

static void bind_path(struct listener *l, uv_loop_t *loop, const char *path)
{
	struct stat st;
	int rc;

	uv_pipe_init(loop, &l->io.pipe, 0);
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);
	rc = uv_pipe_bind(&l->io.pipe, path);
	if (rc != 0)
		die(EX_OSERR, "%s: %s", path, uv_strerror(rc));
	if (chmod(path, 0660) != 0)
		die(EX_OSERR, "%s: %m", path);
}

static void bind_tcp(struct listener *l, uv_loop_t *loop, char *text)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV },
			*list;
	char *port = strrchr(text, ':'), *host = text;
	size_t len;
	int rc;

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
	rc = uv_tcp_bind(&l->io.tcp, list->ai_addr, 0);
	if (rc != 0)
		die(EX_OSERR, "%s:%s: %s", host, port, uv_strerror(rc));
	freeaddrinfo(list);
}

void listener_open(struct listener *l, uv_loop_t *loop, struct str address,
    void (*on_waiting)(struct listener *l))
{
	char text[256];
	int rc;

	if (!address.len || address.len >= sizeof(text))
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
	if (rc != 0)
		die(EX_OSERR, "%.*s: %s", STR_ARG(address), uv_strerror(rc));
}

int listener_accept(struct listener *l, union listener_peer *peer)
{
	l->waiting = false;
	if (l->is_path)
		uv_pipe_init(l->io.handle.loop, &peer->pipe, 0);
	else
		uv_tcp_init(l->io.handle.loop, &peer->tcp);
	return uv_accept(&l->io.stream, &peer->stream) == 0 ? 0 : -1;
}

void listener_close(struct listener *l)
{
	if (!uv_is_closing(&l->io.handle))
		uv_close(&l->io.handle, NULL);
}
