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
#include "gateway/fcgi_link.h"
#include "gateway/fcgi_request.h"
#include "http/problem.h"
#include "net/conn.h"
#include "net/deadline.h"

#define RETRY_MS    20 /* until the next attempt to connect */
#define LOG_MS      100
#define WEIGHT      (1 / 16.0) /* of a call in the average of its pool */
#define PATIENCE_MS 500        /* a service that restarts is back by then */
#define PIECE_MAX   16384      /* bytes that are read at once or not at all */

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
	struct fcgi_link *link; /* while the service is asked */
	bool safe, retried, dropped;
	char request_id[65];
};

struct pool {
	const char *name;
	struct fcgi_links links;
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

/* The service has answered, or nobody waits for it any more. */
static void leave(struct call *c)
{
	struct pool *p = c->pool;

	if (c->answer.ended)
		fcgi_link_keep(c->link);
	else
		fcgi_link_close(c->link);
	c->link = NULL;
	p->busy--;
	call_queue_end(&p->queue, &c->queued);
}

static void finish(struct call *c, const struct cgi_answer *answer)
{
	struct pool *p = c->pool;
	bool was_asked = c->link;

	if (was_asked) {
		leave(c);
		p->call_ms += ((double)(uv_now(loop) - c->began_ms) -
				  p->call_ms) *
			      WEIGHT;
	}
	deadline_clear(&c->deadline);
	c->done(c->ctx, answer);
	call_free(c);
	if (was_asked)
		pump(p);
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

	if (c->link) {
		call_broken(c, "the service did not answer in time");
		return;
	}
	if (!c->queued.turn)
		return; /* in the failed list, about to be answered */
	dequeue(c);
	finish_problem(c, ERR_BUSY, "the service is overloaded");
}

/* ---- the answer ---- */

static void try_again(struct call *c)
{
	struct pool *p = c->pool;

	c->retried = true;
	leave(c);
	fcgi_reader_release(&c->answer);
	fcgi_reader_init(&c->answer);
	if (is_wanted(c))
		enqueue(c, true);
	else
		drop(c);
	pump(p);
}

/*
 * Linux resets a Unix connection whose other end is closed before everything
 * was read there.  So a request of one piece was not looked at.
 */
static bool was_unread(const struct call *c, ssize_t error)
{
	return error == UV_ECONNRESET && c->request.len <= PIECE_MAX;
}

static void on_end(struct call *c, ssize_t error)
{
	bool unread = was_unread(c, error);

	if ((c->safe || unread) && !c->retried)
		try_again(c);
	else if (unread)
		finish_problem(c, ERR_BUSY, "the service has ended");
	else
		call_broken(c, "the service ended at work");
}

static void on_read(void *asker, const char *p, ssize_t n)
{
	struct call *c = asker;
	struct cgi_answer answer;
	int rc;

	if (n < 0) {
		on_end(c, n);
		return;
	}
	rc = fcgi_reader_feed(&c->answer, p, (size_t)n);
	if (rc == 0)
		return;
	if (rc < 0 || !cgi_answer_parse(buf_view(&c->answer.out), &answer)) {
		call_broken(c, "the service gave no valid answer");
		return;
	}
	finish(c, &answer);
}

/* ---- the request ---- */

/* Sends the request; false: there is no connection. */
static bool ask(struct pool *p, struct call *c)
{
	c->link = fcgi_link_ask(&p->links, buf_view(&c->request), c);
	if (!c->link)
		return false;
	if (p->failing_since_ms) {
		log_info("service_back", "service=%s", p->name);
		p->failing_since_ms = 0;
	}
	return true;
}

/* It has been sent, and waits no longer. */
static void begin(struct pool *p, struct call *c)
{
	p->busy++;
	call_queue_begin(&p->queue, &c->queued);
	c->began_ms = uv_now(loop);
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

static void pump(struct pool *p)
{
	struct call *c;

	while ((c = first_call(p)) && p->busy < p->max) {
		if (!ask(p, c)) {
			connect_failed(p, errno);
			return;
		}
		begin(p, take(p));
	}
}

/* Starts the call, if none waits and the service has room. */
static bool start_now(struct pool *p, struct call *c)
{
	if (first_call(p) || p->busy >= p->max ||
	    !call_queue_has_share(&p->queue, &c->queued) || !ask(p, c))
		return false;
	begin(p, c);
	return true;
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
		fcgi_links_init(&p->links, loop, p->name, on_read);
		p->max = i == SERVICE_MESSAGE ? conf.live.message_max
					      : conf.live.service_max;
		/* Room for others, however slow the calls of one user are. */
		p->queue.share = (size_t)(p->max + 1) / 2;
		uv_timer_init(loop, &p->retry);
	}
}
