#include "gateway/fcgi_client.h"

#include <inttypes.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/conf.h"
#include "gateway/call_queue.h"
#include "http/problem.h"
#include "net/deadline.h"
#include "io/run.h"

#define RETRY_MS    20 /* until the next attempt to connect */
#define LOG_MS      100
#define PATIENCE_MS 500 /* a service that restarts is back by then */

struct call {
	struct queued queued;
	struct call *next; /* in the failed list */
	struct pool *pool;
	fcgi_done *done;
	void *ctx;
	uint64_t started_ms;
	struct deadline deadline;
	struct buf request;
	struct fcgi_reader answer;
	uv_pipe_t pipe;
	uv_write_t write;
	bool writing, open, safe, retried, over;
	char request_id[65];
};

struct pool {
	const char *name;
	struct sockaddr_un address;
	int64_t max, busy;
	struct call_queue queue;
	uint64_t logged_ms, n_unlogged; /* failures */
	uint64_t failing_since_ms;      /* 0: the last connect succeeded */
	uv_timer_t retry;
};

static struct pool pools[SERVICE_MAX];

static uv_loop_t *loop;
static struct deadline_list deadlines;
static size_t n_open;
static char read_buffer[65536];

/* Calls that failed without the service; answered from the loop. */
static struct call *failed;
static uv_timer_t failed_timer;

static void pump(struct pool *p);

/* ---- the end of a call ---- */

static void call_free(struct call *c)
{
	deadline_clear(&c->deadline);
	buf_release(&c->request);
	fcgi_reader_release(&c->answer);
	free(c);
	n_open--;
}

static void on_closed(uv_handle_t *h)
{
	call_free(CONTAINER_OF(h, struct call, pipe));
}

static void finish(struct call *c, const struct cgi_answer *answer)
{
	struct pool *p = c->pool;

	c->over = true;
	deadline_clear(&c->deadline);
	c->done(c->ctx, answer);
	if (c->open) {
		p->busy--;
		uv_close((uv_handle_t *)&c->pipe, on_closed);
		pump(p);
	} else {
		call_free(c);
	}
}

/* One line per LOG_MS and service: clients decide how many fail. */
static void log_problem(const struct call *c, const char *code, const char *why)
{
	struct pool *p = c->pool;
	uint64_t now = uv_now(loop);

	if (p->logged_ms && now - p->logged_ms < LOG_MS) {
		p->n_unlogged++;
		return;
	}
	log_info("service",
	    "service=%s code=%s why=\"%s\" request_id=%s unlogged=%" PRIu64,
	    p->name, code, why, c->request_id, p->n_unlogged);
	p->logged_ms = now;
	p->n_unlogged = 0;
}

/* Answers with a problem document. */
static void finish_problem(struct call *c, enum err_code code, const char *why)
{
	struct error err;
	struct buf b;

	err_set(&err, code, "%s", why);
	log_problem(c, err_info(code)->code, why);
	buf_init(&b);
	http_problem_write(&b, &err, str_of(c->request_id));
	finish(c, &(struct cgi_answer){ .status = err_info(code)->status,
		      .content_type = STR(HTTP_PROBLEM_TYPE),
		      .retry_after = STR("1"),
		      .body = buf_view(&b) });
	buf_release(&b);
}

static void on_failed(uv_timer_t *t)
{
	struct call *c;

	(void)t;
	while ((c = failed)) {
		failed = c->next;
		finish_problem(c, ERR_BUSY, "the service is away or full");
	}
}

/* Answers on the next turn of the loop, so that the callback never runs within
 * fcgi_call(). */
static void fail_later(struct call *c)
{
	c->next = failed;
	failed = c;
	uv_timer_start(&failed_timer, on_failed, 0, 0);
}

/*
 * The service accepted the request but gave no complete answer: unless it was a
 * read, its outcome is unknown.
 */
static void call_broken(struct call *c, const char *why)
{
	finish_problem(c, c->safe ? ERR_BUSY : ERR_UNCERTAIN, why);
}

static void on_deadline(struct deadline *d)
{
	struct call *c = CONTAINER_OF(d, struct call, deadline);

	if (c->open) {
		call_broken(c, "the service did not answer in time");
		return;
	}
	if (!c->queued.turn)
		return; /* in the failed list, about to be answered */
	call_queue_remove(&c->pool->queue, &c->queued);
	finish_problem(c, ERR_BUSY, "the service is overloaded");
}

/* ---- the answer ---- */

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *out)
{
	(void)h;
	(void)n;
	*out = uv_buf_init(read_buffer, sizeof(read_buffer));
}

static void on_closed_again(uv_handle_t *h)
{
	struct call *c = CONTAINER_OF(h, struct call, pipe);

	if (!deadline_is_set(&c->deadline))
		deadline_set(&deadlines, &c->deadline);
	call_queue_add_front(&c->pool->queue, &c->queued);
	pump(c->pool);
}

static void try_again(struct call *c)
{
	c->retried = true;
	c->open = false;
	c->pool->busy--;
	fcgi_reader_release(&c->answer);
	fcgi_reader_init(&c->answer);
	uv_close((uv_handle_t *)&c->pipe, on_closed_again);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
	struct call *c = CONTAINER_OF(s, struct call, pipe);
	struct cgi_answer answer;
	int rc;

	if (n == 0 || c->over)
		return;
	if (n < 0) {
		if (c->safe && !c->retried)
			try_again(c);
		else
			call_broken(c, "the service ended at work");
		return;
	}
	rc = fcgi_reader_feed(&c->answer, b->base, (size_t)n);
	if (rc == 0)
		return;
	if (rc < 0 || !cgi_answer_parse(buf_view(&c->answer.out), &answer)) {
		call_broken(c, "the service gave no valid answer");
		return;
	}
	finish(c, &answer);
}

/* ---- the request ---- */

static void on_written(uv_write_t *w, int status)
{
	struct call *c = CONTAINER_OF(w, struct call, write);

	/* Reading will report the error. */
	(void)status;
	c->writing = false;
}

static void write_request(struct call *c)
{
	uv_buf_t b = uv_buf_init(c->request.p, (unsigned)c->request.len);
	int n = uv_try_write((uv_stream_t *)&c->pipe, &b, 1);

	if (n == (int)c->request.len)
		return;
	if (n > 0) {
		b.base += n;
		b.len -= (size_t)n;
	}
	c->writing = true;
	uv_write(&c->write, (uv_stream_t *)&c->pipe, &b, 1, on_written);
}

/* A Unix socket connects at once or fails. */
static int connect_now(const struct pool *p)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)&p->address,
			   sizeof(p->address)) != 0) {
		int e = errno;

		close(fd);
		errno = e;
		return -1;
	}
	return fd;
}

static void start(struct call *c, int fd)
{
	c->pool->busy++;
	c->open = true;
	uv_pipe_init(loop, &c->pipe, 0);
	if (uv_pipe_open(&c->pipe, fd) != 0)
		BUG("uv_pipe_open");
	write_request(c);
	uv_read_start((uv_stream_t *)&c->pipe, on_alloc, on_read);
}

static struct call *first_call(const struct pool *p)
{
	struct queued *q = call_queue_first(&p->queue);

	return q ? CONTAINER_OF(q, struct call, queued) : NULL;
}

static struct call *dequeue(struct pool *p)
{
	return CONTAINER_OF(call_queue_take(&p->queue), struct call, queued);
}

static void on_retry(uv_timer_t *t)
{
	pump(CONTAINER_OF(t, struct pool, retry));
}

/*
 * No connection: if the backlog is full or the service restarts, retry shortly;
 * if it is down, fail the calls that have waited.
 */
static void connect_failed(struct pool *p, int e)
{
	uint64_t now = uv_now(loop);
	struct call *c;

	if (e == EAGAIN || e == EMFILE || e == ENFILE) {
		uv_timer_start(&p->retry, on_retry, RETRY_MS, 0);
		return;
	}
	if (!p->failing_since_ms) {
		p->failing_since_ms = now ? now : 1;
		log_warn("service_away", "service=%s errno=%d", p->name, e);
	}
	while ((c = first_call(p)) &&
	       (now - p->failing_since_ms >= PATIENCE_MS ||
		   now - c->started_ms >= PATIENCE_MS))
		fail_later(dequeue(p));
	if (c)
		uv_timer_start(&p->retry, on_retry, RETRY_MS, 0);
}

static int connect_pool(struct pool *p)
{
	int fd = connect_now(p);

	if (fd >= 0 && p->failing_since_ms) {
		log_info("service_back", "service=%s", p->name);
		p->failing_since_ms = 0;
	}
	return fd;
}

static void pump(struct pool *p)
{
	while (p->queue.n && p->busy < p->max) {
		int fd = connect_pool(p);

		if (fd < 0) {
			connect_failed(p, errno);
			return;
		}
		start(dequeue(p), fd);
	}
}

/* Starts the call, if none waits and the service has room. */
static bool start_now(struct pool *p, struct call *c)
{
	int fd;

	if (p->queue.n || p->busy >= p->max)
		return false;
	fd = connect_pool(p);
	if (fd >= 0)
		start(c, fd);
	return fd >= 0;
}

static void add_param(struct buf *b, const char *name, struct str value)
{
	if (value.p)
		fcgi_param(b, name, value);
}

static void encode(struct call *c, const struct fcgi_call *call)
{
	static struct buf params;
	struct str query = call->uri;
	char number[24];

	str_cut(&query, '?');
	buf_clear(&params);
	fcgi_param(&params, "REQUEST_METHOD", str_of(call->method));
	fcgi_param(&params, "REQUEST_URI", call->uri);
	fcgi_param(&params, "QUERY_STRING", query.p ? query : STR(""));
	fcgi_param(&params, "SCRIPT_NAME", STR(""));
	fcgi_param(&params, "SERVER_PROTOCOL", STR("HTTP/1.1"));
	fcgi_param(&params, "REMOTE_ADDR", call->remote_addr);
	fcgi_param(&params, "HTTP_X_REQUEST_ID", call->request_id);
	if (call->body.len) {
		snprintf(number, sizeof(number), "%zu", call->body.len);
		fcgi_param(&params, "CONTENT_LENGTH", str_of(number));
		fcgi_param(&params, "CONTENT_TYPE", STR("application/json"));
	}
	if (call->internal)
		fcgi_param(&params, "IM_INTERNAL", STR("1"));
	if (call->session_id) {
		snprintf(number, sizeof(number), "%" PRId64, call->session_id);
		fcgi_param(&params, "IM_SESSION", str_of(number));
	}
	add_param(&params, "HTTP_AUTHORIZATION", call->authorization);
	add_param(&params, "HTTP_ORIGIN", call->origin);
	add_param(&params, "HTTP_IM_ACT_AS", call->act_as);
	add_param(&params, "HTTP_IDEMPOTENCY_KEY", call->idempotency_key);
	add_param(&params, "HTTP_IF_MATCH", call->if_match);
	fcgi_encode(&c->request, buf_view(&params), call->body);
}

void fcgi_call(const struct fcgi_call *call)
{
	struct pool *p = &pools[call->service];
	struct call *c = calloc(1, sizeof(*c));

	if (!c)
		die(EX_OSERR, "out of memory");
	c->pool = p;
	c->done = call->done;
	c->ctx = call->ctx;
	c->started_ms = uv_now(loop);
	c->safe = !strcmp(call->method, "GET") ||
		  !strcmp(call->method, "HEAD") || call->internal;
	snprintf(c->request_id, sizeof(c->request_id), "%.*s",
	    STR_ARG(call->request_id));
	buf_init(&c->request);
	fcgi_reader_init(&c->answer);
	encode(c, call);
	deadline_set(&deadlines, &c->deadline);
	n_open++;
	if (start_now(p, c))
		return;
	if (!call_queue_has_room(&p->queue, call->user_id)) {
		fail_later(c);
		return;
	}
	c->queued.user_id = call->user_id;
	call_queue_add(&p->queue, &c->queued);
	pump(p);
}

size_t fcgi_open_calls(void)
{
	return n_open;
}

size_t fcgi_descriptors(void)
{
	size_t n = 0;

	for (int i = 0; i < SERVICE_MAX; i++)
		n += (size_t)pools[i].max;
	return n;
}

void fcgi_start(uv_loop_t *l)
{
	struct arena a;

	loop = l;
	arena_init(&a);
	deadline_list_init(&deadlines, loop, conf.live.request_s * 1000,
	    on_deadline);
	uv_timer_init(loop, &failed_timer);
	for (int i = 0; i < SERVICE_MAX; i++) {
		struct pool *p = &pools[i];
		struct str path;

		p->name = service_name((enum service)i);
		path = run_path(&a, p->name, ".sock");

		if (path.len >= sizeof(p->address.sun_path))
			die(EX_CONFIG, "run.dir: the path is too long");
		p->address.sun_family = AF_UNIX;
		memcpy(p->address.sun_path, path.p, path.len);
		p->max = i == SERVICE_MESSAGE ? conf.live.message_max
					      : conf.live.service_max;
		uv_timer_init(loop, &p->retry);
	}
	arena_release(&a);
}
