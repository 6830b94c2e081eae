#include "gateway/fcgi_client.h"

#include <inttypes.h>
#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/conf.h"
#include "base/stat.h"
#include "gateway/call_owner.h"
#include "gateway/call_queue.h"
#include "gateway/fcgi_request.h"
#include "gateway/service_socket.h"
#include "http/problem.h"
#include "net/conn.h"
#include "net/deadline.h"

#define RETRY_MS    20 /* until the next attempt to connect */
#define LOG_MS      100
#define WEIGHT      (1 / 16.0) /* of a call in the average of its pool */
#define PATIENCE_MS 500        /* a service that restarts is back by then */

struct call {
	struct queued queued;
	struct owned owned; /* while it is queued */
	struct call *next;  /* in the failed list */
	struct pool *pool;
	fcgi_done *done;
	void *ctx;
	uint64_t started_ms, began_ms; /* asked for; passed on */
	uint64_t conn_id;
	struct deadline deadline;
	struct buf request;
	struct fcgi_reader answer;
	uv_pipe_t pipe;
	uv_write_t write;
	bool writing, open, safe, retried, over, dropped;
	char request_id[65];
};

struct pool {
	const char *name;
	struct sockaddr_un address;
	int64_t max, busy;
	struct call_queue queue;
	double call_ms; /* how long a call takes: a moving average */
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
		call_queue_end(&p->queue, &c->queued);
		p->call_ms += ((double)(uv_now(loop) - c->began_ms) -
				  p->call_ms) *
			      WEIGHT;
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
	char retry_s[16];
	struct buf b;

	err_set(&err, code, "%s", why);
	snprintf(retry_s, sizeof(retry_s), "%" PRId32,
	    http_problem_retry_s(&err, str_of(c->request_id)));
	if (!c->dropped)
		log_problem(c, err_info(code)->code, why);
	buf_init(&b);
	http_problem_write(&b, &err, str_of(c->request_id));
	finish(c, &(struct cgi_answer){ .status = err_info(code)->status,
		      .content_type = STR(HTTP_PROBLEM_TYPE),
		      .retry_after = str_of(retry_s),
		      .dropped = c->dropped,
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

/* ---- waiting ---- */

static void enqueue(struct call *c, bool front)
{
	if (c->conn_id)
		call_owner_add(&c->owned, c->conn_id);
	if (front)
		call_queue_add_front(&c->pool->queue, &c->queued);
	else
		call_queue_add(&c->pool->queue, &c->queued);
}

static void dequeue(struct call *c)
{
	call_owner_remove(&c->owned);
	if (c->queued.turn)
		call_queue_remove(&c->pool->queue, &c->queued);
}

/* Nobody waits for the answer any more. */
static void drop(struct call *c)
{
	stat_add(STAT_LIVE_CALLS_DROPPED, 1);
	c->dropped = true;
	fail_later(c);
}

static void on_conn_end(struct conn *conn, const char *why)
{
	struct owned *o;

	(void)why;
	while ((o = call_owner_first(conn->id))) {
		struct call *c = CONTAINER_OF(o, struct call, owned);

		dequeue(c);
		drop(c);
	}
}

static bool is_wanted(const struct call *c)
{
	const struct conn *conn = c->conn_id ? conn_find(c->conn_id) : NULL;

	return !c->conn_id || (conn && conn->state != CONN_CLOSING);
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
	dequeue(c);
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
	if (is_wanted(c))
		enqueue(c, true);
	else
		drop(c);
	pump(c->pool);
}

static void try_again(struct call *c)
{
	c->retried = true;
	c->open = false;
	c->pool->busy--;
	call_queue_end(&c->pool->queue, &c->queued);
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

static void start(struct call *c, int fd)
{
	c->pool->busy++;
	call_queue_begin(&c->pool->queue, &c->queued);
	c->began_ms = uv_now(loop);
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

static struct call *take(struct pool *p)
{
	struct call *c = CONTAINER_OF(call_queue_take(&p->queue), struct call,
	    queued);

	dequeue(c);
	return c;
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
		fail_later(take(p));
	if (c)
		uv_timer_start(&p->retry, on_retry, RETRY_MS, 0);
}

static int connect_pool(struct pool *p)
{
	int fd = service_socket_connect(&p->address);

	if (fd >= 0 && p->failing_since_ms) {
		log_info("service_back", "service=%s", p->name);
		p->failing_since_ms = 0;
	}
	return fd;
}

static void pump(struct pool *p)
{
	while (first_call(p) && p->busy < p->max) {
		int fd = connect_pool(p);

		if (fd < 0) {
			connect_failed(p, errno);
			return;
		}
		start(take(p), fd);
	}
}

/* Starts the call, if none waits and the service has room. */
static bool start_now(struct pool *p, struct call *c)
{
	int fd;

	if (first_call(p) || p->busy >= p->max ||
	    !call_queue_has_share(&p->queue, &c->queued))
		return false;
	fd = connect_pool(p);
	if (fd >= 0)
		start(c, fd);
	return fd >= 0;
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
	c->conn_id = call->conn_id;
	c->queued.user_id = call->user_id;
	c->queued.opening = call->opening;
	c->safe = !strcmp(call->method, "GET") ||
		  !strcmp(call->method, "HEAD") || call->internal;
	snprintf(c->request_id, sizeof(c->request_id), "%.*s",
	    STR_ARG(call->request_id));
	buf_init(&c->request);
	fcgi_reader_init(&c->answer);
	fcgi_request_encode(&c->request, call);
	deadline_set(&deadlines, &c->deadline);
	n_open++;
	if (start_now(p, c))
		return;
	if (!call_queue_has_room(&p->queue, call->user_id)) {
		fail_later(c);
		return;
	}
	enqueue(c, false);
	pump(p);
}

double fcgi_pace_ms(enum service service)
{
	const struct pool *p = &pools[service];

	return p->call_ms / (double)p->max;
}

/* A service that does not get on shows in how long the next one has waited. */
int64_t fcgi_wait_ms(enum service service)
{
	const struct pool *p = &pools[service];
	struct queued *q = call_queue_opening(&p->queue);
	int64_t wait, waited = 0;

	if (p->busy < p->max)
		return 0;
	wait = (int64_t)((double)call_queue_ahead(&p->queue) *
			 fcgi_pace_ms(service));
	if (q)
		waited =
		    (int64_t)(uv_now(loop) -
			      CONTAINER_OF(q, struct call, queued)->started_ms);
	return wait > waited ? wait : waited;
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
	loop = l;
	deadline_list_init(&deadlines, loop, conf.live.request_s * 1000,
	    on_deadline);
	uv_timer_init(loop, &failed_timer);
	conn_on_end(on_conn_end);
	for (int i = 0; i < SERVICE_MAX; i++) {
		struct pool *p = &pools[i];

		p->name = service_name((enum service)i);
		service_socket_address(p->name, &p->address);
		p->max = i == SERVICE_MESSAGE ? conf.live.message_max
					      : conf.live.service_max;
		/* Room for others, however slow the calls of one user are. */
		p->queue.share = (size_t)(p->max + 1) / 2;
		uv_timer_init(loop, &p->retry);
	}
}
