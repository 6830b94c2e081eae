#include "gateway/fcgi_link.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "gateway/service_socket.h"
#include "net/container.h"

struct fcgi_link {
	struct fcgi_links *links;
	struct fcgi_link **at, *next; /* among the idle ones */
	void *asker;                  /* NULL: idle, or closing */
	uv_pipe_t pipe;
	uv_write_t write;
	struct buf rest; /* of the request, while it is written */
};

static char read_buffer[65536];

void fcgi_links_init(struct fcgi_links *links, uv_loop_t *loop,
    const char *service, fcgi_link_read *on_read)
{
	*links = (struct fcgi_links){ .loop = loop, .on_read = on_read };
	service_socket_address(service, &links->address);
}

/* ---- the idle ones ---- */

static void add_idle(struct fcgi_link *l)
{
	l->at = &l->links->idle;
	l->next = *l->at;
	if (l->next)
		l->next->at = &l->next;
	*l->at = l;
}

static void remove_idle(struct fcgi_link *l)
{
	if (!l->at)
		return;
	*l->at = l->next;
	if (l->next)
		l->next->at = l->at;
	l->at = NULL;
}

/* ---- one link ---- */

static void on_closed(uv_handle_t *h)
{
	struct fcgi_link *l = CONTAINER_OF(h, struct fcgi_link, pipe);

	buf_release(&l->rest);
	free(l);
}

void fcgi_link_close(struct fcgi_link *l)
{
	remove_idle(l);
	l->asker = NULL;
	uv_close((uv_handle_t *)&l->pipe, on_closed);
}

/* A request that is answered before it is written is not worth waiting for. */
void fcgi_link_keep(struct fcgi_link *l)
{
	l->asker = NULL;
	if (l->rest.len)
		fcgi_link_close(l);
	else
		add_idle(l);
}

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *out)
{
	(void)h;
	(void)n;
	*out = uv_buf_init(read_buffer, sizeof(read_buffer));
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
	struct fcgi_link *l = CONTAINER_OF(s, struct fcgi_link, pipe);

	if (n == 0 || uv_is_closing((uv_handle_t *)s))
		return;
	if (l->asker)
		l->links->on_read(l->asker, b->base, n);
	else
		fcgi_link_close(l);
}

static struct fcgi_link *link_new(struct fcgi_links *links)
{
	int fd = service_socket_connect(&links->address);
	struct fcgi_link *l;

	if (fd < 0)
		return NULL;
	l = calloc(1, sizeof(*l));
	if (!l)
		die(EX_OSERR, "out of memory");
	l->links = links;
	buf_init(&l->rest);
	uv_pipe_init(links->loop, &l->pipe, 0);
	if (uv_pipe_open(&l->pipe, fd) != 0)
		BUG("uv_pipe_open");
	uv_read_start((uv_stream_t *)&l->pipe, on_alloc, on_read);
	return l;
}

/* ---- a request ---- */

static void on_written(uv_write_t *w, int status)
{
	struct fcgi_link *l = CONTAINER_OF(w, struct fcgi_link, write);

	/* Reading will report the error. */
	(void)status;
	buf_shrink(&l->rest, 0);
}

/* False: the service has closed, and nothing was written. */
static bool write_request(struct fcgi_link *l, struct str request)
{
	uv_stream_t *s = (uv_stream_t *)&l->pipe;
	uv_buf_t b = uv_buf_init((char *)(uintptr_t)request.p,
	    (unsigned)request.len);
	int n = uv_try_write(s, &b, 1);

	if (n == (int)request.len)
		return true;
	if (n < 0 && n != UV_EAGAIN)
		return false;
	n = n > 0 ? n : 0;
	buf_add(&l->rest, request.p + n, request.len - (size_t)n);
	b = uv_buf_init(l->rest.p, (unsigned)l->rest.len);
	uv_write(&l->write, s, &b, 1, on_written);
	return true;
}

struct fcgi_link *fcgi_link_ask(struct fcgi_links *links, struct str request,
    void *asker)
{
	struct fcgi_link *l;

	while ((l = links->idle) && !write_request(l, request))
		fcgi_link_close(l);
	if (l) {
		remove_idle(l);
	} else {
		l = link_new(links);
		if (!l)
			return NULL;
		/* Reading will report that it has closed again. */
		write_request(l, request);
	}
	l->asker = asker;
	return l;
}
