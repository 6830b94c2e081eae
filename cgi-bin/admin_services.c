#include "admin_services.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "io/run.h"
#include "web/fcgi_input.h"

static const char *const names[] = {
#define SERVICE(name) name,
#include "services.def"
};
#define N_NAMES (sizeof(names) / sizeof(names[0]))
_Static_assert(N_NAMES <= ADMIN_SERVICES_MAX, "a list is too short");

static void put_record(struct buf *b, enum fcgi_type type, struct str content)
{
	uint8_t head[FCGI_HEAD_LEN];

	fcgi_head_put(head, type, 1, content.len);
	buf_add(b, head, sizeof(head));
	buf_str(b, content);
}

static void put_param(struct buf *b, const char *name, const char *value)
{
	buf_u8(b, (uint8_t)strlen(name));
	buf_u8(b, (uint8_t)strlen(value));
	buf_cstr(b, name);
	buf_cstr(b, value);
}

/* GET /internal/ping of service.c, which needs no store. */
static struct str request(struct arena *a)
{
	struct str made;
	struct buf b, params;

	buf_init(&b);
	buf_init(&params);
	put_param(&params, "REQUEST_METHOD", "GET");
	put_param(&params, "REQUEST_URI", "/internal/ping");
	put_param(&params, "IM_INTERNAL", "1");
	put_param(&params, "REMOTE_ADDR", "127.0.0.1");
	put_record(&b, FCGI_TYPE_BEGIN, (struct str){ "\0\1\0\0\0\0\0\0", 8 });
	put_record(&b, FCGI_TYPE_PARAMS, buf_view(&params));
	put_record(&b, FCGI_TYPE_PARAMS, STR(""));
	put_record(&b, FCGI_TYPE_STDIN, STR(""));
	made = arena_str(a, buf_view(&b));
	buf_release(&b);
	buf_release(&params);
	return made;
}

/* A request that fits into the buffer of the socket, or -1. */
static int ask(const char *name, struct str text)
{
	struct sockaddr_un at;
	int fd;

	if (run_address(RUN_GATE, name, ".sock", &at) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	    send(fd, text.p, text.len, MSG_NOSIGNAL) == (ssize_t)text.len)
		return fd;
	close(fd);
	return -1;
}

/* The first bytes say whether a program has answered. */
static bool is_answer(int fd)
{
	uint8_t head[FCGI_HEAD_LEN];

	return recv(fd, head, sizeof(head), 0) == FCGI_HEAD_LEN &&
	       head[0] == FCGI_VERSION && head[1] == FCGI_TYPE_STDOUT;
}

static void await(struct pollfd *fds, bool *answered, int timeout_ms)
{
	int64_t end_ms = clock_mono_ms() + timeout_ms, left;
	int n;

	while ((left = end_ms - clock_mono_ms()) > 0) {
		bool waiting = false;

		for (size_t i = 0; i < N_NAMES; i++)
			waiting |= fds[i].fd >= 0;
		if (!waiting)
			return;
		n = poll(fds, N_NAMES, (int)left);
		if (n < 0 && errno != EINTR)
			return;
		for (size_t i = 0; n > 0 && i < N_NAMES; i++) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			answered[i] = is_answer(fds[i].fd);
			close(fds[i].fd);
			fds[i].fd = -1; /* poll() ignores it */
		}
	}
}

size_t admin_services_down(struct arena *a, int timeout_ms,
    struct str names_out[ADMIN_SERVICES_MAX])
{
	struct str text = request(a);
	struct pollfd fds[N_NAMES];
	bool answered[N_NAMES] = { false };
	size_t n = 0;

	for (size_t i = 0; i < N_NAMES; i++) {
		/* This program answers, or nobody would ask. */
		answered[i] = !strcmp(names[i], "admin");
		fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
		if (!answered[i])
			fds[i].fd = ask(names[i], text);
	}
	await(fds, answered, timeout_ms);
	for (size_t i = 0; i < N_NAMES; i++) {
		if (fds[i].fd >= 0)
			close(fds[i].fd);
		if (!answered[i])
			names_out[n++] = str_of(names[i]);
	}
	return n;
}
