#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"

#define READ_SIZE    65536
#define CALL_WAIT_MS 30000

void target_parse(struct target *t, const char *url)
{
	struct str rest = str_of(url), host;
	char address[32];
	int64_t port;

	if (!str_starts(rest, "http://"))
		die(EX_USAGE, "not http://ADDRESS:PORT");
	rest.p += 7;
	rest.len -= 7;
	snprintf(t->host, sizeof(t->host), "%.*s", STR_ARG(rest));
	host = str_cut(&rest, ':');
	snprintf(address, sizeof(address), "%.*s", STR_ARG(host));
	t->address = (struct sockaddr_in){ .sin_family = AF_INET };
	if (inet_pton(AF_INET, address, &t->address.sin_addr) != 1 ||
	    !str_to_int(rest, &port))
		die(EX_USAGE, "not http://ADDRESS:PORT");
	t->address.sin_port = htons((uint16_t)port);
}

void link_open(struct link *l, const struct target *t)
{
	int yes = 1;

	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->fd < 0 || connect(l->fd, (const struct sockaddr *)&t->address,
			     sizeof(t->address)) != 0)
		die(EX_UNAVAILABLE, "cannot connect: %m");
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	fcntl(l->fd, F_SETFL, O_NONBLOCK);
	buf_clear(&l->in);
	buf_clear(&l->out);
	l->out_at = 0;
}

void link_close(struct link *l)
{
	close(l->fd);
	l->fd = -1;
	buf_release(&l->in);
	buf_release(&l->out);
}

bool link_has_output(const struct link *l)
{
	return l->out_at < l->out.len;
}

bool link_flush(struct link *l)
{
	while (link_has_output(l)) {
		ssize_t n = send(l->fd, l->out.p + l->out_at,
		    l->out.len - l->out_at, MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		l->out_at += (size_t)n;
	}
	buf_clear(&l->out);
	l->out_at = 0;
	return true;
}

bool link_fill(struct link *l)
{
	for (;;) {
		ssize_t n = recv(l->fd, buf_reserve(&l->in, READ_SIZE),
		    READ_SIZE, 0);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0)
			return false;
		buf_added(&l->in, (size_t)n);
		if (n < READ_SIZE)
			return true;
	}
}

bool link_wait(const struct link *l, int ms)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

void link_watch(const struct link *l, int poll_fd, void *data)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = data };

	if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, l->fd, &ev) != 0)
		die(EX_OSERR, "epoll: %m");
}

void http_put(struct link *l, const struct target *t, const char *method,
    const char *path, struct str token, struct str body)
{
	buf_printf(&l->out, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, path,
	    t->host);
	if (token.len > 0)
		buf_printf(&l->out, "Authorization: Bearer %.*s\r\n",
		    STR_ARG(token));
	if (body.p)
		buf_printf(&l->out,
		    "Content-Type: application/json\r\n"
		    "Content-Length: %zu\r\n",
		    body.len);
	buf_cstr(&l->out, "\r\n");
	buf_str(&l->out, body);
}

bool http_answer(const struct link *l, struct answer *out)
{
	const char *end = l->in.len > 0
			      ? memmem(l->in.p, l->in.len, "\r\n\r\n", 4)
			      : NULL;
	const char *value;
	size_t head, len = 0;

	if (!end)
		return false;
	head = (size_t)(end - l->in.p) + 4;
	*out = (struct answer){ 0 };
	if (head < 12 || memcmp(l->in.p, "HTTP/1.", 7) != 0)
		die(EX_PROTOCOL, "not an HTTP answer");
	out->status = (int)strtol(l->in.p + 9, NULL, 10);
	value = memmem(l->in.p, head, "\r\nContent-Length: ", 18);
	if (value)
		len = strtoul(value + 18, NULL, 10);
	else if (out->status != 204 && out->status != 101)
		die(EX_PROTOCOL, "an answer without Content-Length");
	if (l->in.len < head + len)
		return false;
	out->closes = memmem(l->in.p, head, "\r\nConnection: close", 19) !=
		      NULL;
	out->body = (struct str){ l->in.p + head, len };
	out->len = head + len;
	return true;
}

struct str http_call(struct arena *a, const struct target *t,
    const char *method, const char *path, struct str token, struct str body,
    int status, int other_status)
{
	struct link l = { .fd = -1 };
	struct answer answer;
	struct str result;

	link_open(&l, t);
	http_put(&l, t, method, path, token, body);
	if (!link_flush(&l))
		die(EX_UNAVAILABLE, "the server has gone");
	while (!http_answer(&l, &answer))
		if (!link_wait(&l, CALL_WAIT_MS) || !link_fill(&l))
			die(EX_UNAVAILABLE, "%s %s: no answer", method, path);
	if (answer.status != status && answer.status != other_status)
		die(EX_PROTOCOL, "%s %s: %d %.*s", method, path, answer.status,
		    STR_ARG(answer.body));
	result = arena_str(a, answer.body);
	link_close(&l);
	return result;
}
