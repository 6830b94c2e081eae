/* Plain CGI (RFC 3875): one process, one request. */
#include <errno.h>
#include <unistd.h>

#include "web/transport.h"

extern char **environ;

static struct str take_body(struct web_request *rq)
{
	/* Without a Content-Length there is no body. */
	size_t room = rq->content_length > 0 ? web_body_room(rq) : 0, len = 0;
	char *body = arena_alloc(rq->arena, room);
	ssize_t n = 1;

	while (n && len < room) {
		n = read(STDIN_FILENO, body + len, room - len);
		if (n < 0 && errno != EINTR)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	return (struct str){ body, len };
}

static int put_answer(struct str answer)
{
	while (answer.len) {
		ssize_t n = write(STDOUT_FILENO, answer.p, answer.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return EX_IOERR;
		answer.p += n;
		answer.len -= (size_t)n;
	}
	return EX_OK;
}

int web_cgi_serve(const struct web_app *app)
{
	struct web_worker w;
	struct web_request *rq;
	int rc;

	web_worker_init(&w, app);
	rq = web_worker_begin(&w);
	web_params(rq, environ);
	rq->raw_body = take_body(rq);
	rc = put_answer(web_worker_answer(&w));
	web_worker_end(&w);
	web_worker_release(&w);
	return rc;
}
