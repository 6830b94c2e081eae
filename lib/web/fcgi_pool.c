#include "web/fcgi_pool.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/log.h"

#define TAKEN_MAX 16 /* requests that a thread answers together */
#define LINGER_MS 2000

/* ---- the set ---- */

static void watch(struct fcgi_pool *pool, int op, int fd, uint32_t events,
    void *p)
{
	struct epoll_event ev = { .events = events, .data.ptr = p };

	if (epoll_ctl(pool->epoll, op, fd, &ev) < 0 && errno != ENOENT)
		die(EX_OSERR, "epoll_ctl: %m");
}

void fcgi_pool_init(struct fcgi_pool *pool, const struct web_app *app)
{
	pool->app = app;
	pool->epoll = epoll_create1(EPOLL_CLOEXEC);
	pool->over = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pool->epoll < 0 || pool->over < 0)
		die(EX_OSERR, "epoll: %m");
	pthread_mutex_init(&pool->front, NULL);
	pthread_mutex_init(&pool->places_lock, NULL);
	fcgi_parked_init(&pool->parked, pool->epoll);
	for (int i = 0; i < FCGI_SOCKETS; i++)
		watch(pool, EPOLL_CTL_ADD, pool->sockets[i].fd,
		    EPOLLIN | EPOLLONESHOT, &pool->sockets[i]);
	watch(pool, EPOLL_CTL_ADD, pool->over, EPOLLIN, &pool->over);
}

void fcgi_pool_arm(struct fcgi_pool *pool, struct fcgi_socket *s)
{
	watch(pool, EPOLL_CTL_MOD, s->fd, EPOLLIN | EPOLLONESHOT, s);
}

void fcgi_pool_disarm(struct fcgi_pool *pool, struct fcgi_socket *s)
{
	watch(pool, EPOLL_CTL_DEL, s->fd, 0, NULL);
}

/* ---- places ---- */

/* The memory of a request. */
struct fcgi_place {
	struct web_worker w;
	struct fcgi_conn *c;
	struct fcgi_place *next;
};

static struct fcgi_place *place_new(const struct fcgi_pool *pool)
{
	struct fcgi_place *p = calloc(1, sizeof(*p));

	if (!p)
		die(EX_OSERR, "out of memory");
	web_worker_init_bare(&p->w, pool->app);
	return p;
}

/* The one that was used last is in the processor's cache. */
static struct fcgi_place *place_take(struct fcgi_pool *pool)
{
	struct fcgi_place *p;

	pthread_mutex_lock(&pool->places_lock);
	p = pool->places;
	if (p)
		pool->places = p->next;
	pthread_mutex_unlock(&pool->places_lock);
	return p ? p : place_new(pool);
}

static void place_give(struct fcgi_pool *pool, struct fcgi_place *p)
{
	web_worker_end(&p->w);
	p->c = NULL;
	pthread_mutex_lock(&pool->places_lock);
	p->next = pool->places;
	pool->places = p;
	pthread_mutex_unlock(&pool->places_lock);
}

void fcgi_pool_release(struct fcgi_pool *pool)
{
	struct fcgi_place *p;

	while ((p = pool->places) != NULL) {
		pool->places = p->next;
		web_worker_release(&p->w);
		free(p);
	}
}

/* ---- one connection ---- */

/* A thread. */
struct worker {
	struct fcgi_pool *pool;
	struct web_worker own; /* has the thread's object between requests */
	struct fcgi_place *taken[TAKEN_MAX];
	size_t n;
	char buffer[FCGI_EARLY_MAX];
};

struct taking {
	struct web_request *rq;
	bool is_gate;
};

/* Only im-live may say what a client cannot. */
static void take_param(void *arg, struct str name, struct str value)
{
	const struct taking *t = arg;

	if (t->is_gate || !str_starts(name, "IM_"))
		web_param(t->rq, name, value);
}

static struct fcgi_place *begin(struct worker *w, struct fcgi_conn *c)
{
	struct fcgi_place *p = place_take(w->pool);
	struct taking t = { web_worker_begin(&p->w), c->is_gate };

	p->c = c;
	t.rq->carrier = p;
	if (fcgi_input_params(&c->in, t.rq->arena, take_param, &t))
		return p;
	place_give(w->pool, p);
	return NULL;
}

/*
 * The request, if it has arrived; otherwise step says what becomes of the
 * connection.  How much of a body is needed is known from the parameters.
 */
static struct fcgi_place *read_on(struct worker *w, struct fcgi_conn *c,
    enum fcgi_step *step)
{
	struct fcgi_place *p = NULL;

	*step = fcgi_conn_read(c, w->buffer, sizeof(w->buffer));
	if (*step == FCGI_PARAMS || *step == FCGI_WHOLE) {
		p = begin(w, c);
		if (!p) {
			*step = FCGI_GONE;
			return NULL;
		}
	}
	if (*step == FCGI_PARAMS) {
		c->body_room = c->in.body_max = web_body_room(&p->w.rq);
		*step = fcgi_conn_read(c, w->buffer, sizeof(w->buffer));
	}
	if (*step == FCGI_WHOLE)
		return p;
	if (p)
		place_give(w->pool, p);
	return NULL;
}

static struct fcgi_place *go_on(struct worker *w, struct fcgi_conn *c,
    enum fcgi_step *step)
{
	switch (c->state) {
	case FCGI_WRITING:
		*step = fcgi_conn_flush(c);
		return NULL;
	case FCGI_LINGERING:
		*step = fcgi_conn_linger(c, w->buffer, sizeof(w->buffer));
		return NULL;
	case FCGI_IDLE:
		fcgi_conn_resume(c);
		return read_on(w, c, step);
	case FCGI_READING:
	case FCGI_ARRIVED:
	default:
		return read_on(w, c, step);
	}
}

/* Parked before it is no longer open: at no time it is in neither place. */
static void settle(struct fcgi_pool *pool, struct fcgi_conn *c, bool was_open,
    enum fcgi_step step)
{
	bool is_open = step != FCGI_GONE && c->state != FCGI_LINGERING &&
		       c->state != FCGI_IDLE;

	if (step == FCGI_GONE)
		fcgi_conn_free(&c);
	else
		fcgi_park(&pool->parked, c,
		    c->state == FCGI_LINGERING ? LINGER_MS
					       : conf.web.io_s * 1000);
	if (was_open && !is_open)
		atomic_fetch_sub(&pool->open, 1);
}

/* ---- taking what has arrived; with pool->front held ---- */

static void not_accepted(struct fcgi_pool *pool, struct fcgi_socket *s,
    int error, bool was_shut)
{
	if (was_shut && (error == EINVAL || error == EAGAIN)) {
		atomic_store(&pool->is_closed[s - pool->sockets], true);
		return;
	}
	if (error == EINVAL || error == EBADF || error == ENOTSOCK)
		die(EX_OSERR, "the listening socket has gone");
	if (error == EAGAIN || error == EINTR || error == ECONNABORTED) {
		fcgi_pool_arm(pool, s);
		return;
	}
	/* Out of descriptors or memory: others release some. */
	log_error("accept", "error=%s", strerrorname_np(error));
	atomic_store(&pool->is_tired[s - pool->sockets], true);
}

/* Counted before it is accepted: at no time it is in neither place. */
static struct fcgi_conn *accept_one(struct fcgi_pool *pool,
    struct fcgi_socket *s)
{
	struct fcgi_conn *c;
	int fd = -1, error = 0;
	bool was_shut = false;

	atomic_fetch_add(&pool->open, 1);
	if (!atomic_load(&pool->is_closed[s - pool->sockets])) {
		was_shut = atomic_load(&pool->is_shut);
		fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		error = errno;
	}
	if (fd < 0) {
		atomic_fetch_sub(&pool->open, 1);
		if (error)
			not_accepted(pool, s, error, was_shut);
		return NULL;
	}
	fcgi_pool_arm(pool, s);
	c = fcgi_conn_new(fd);
	c->is_gate = s->is_gate;
	return c;
}

static struct fcgi_conn *take_up(struct fcgi_pool *pool, struct fcgi_conn *c)
{
	if (c->state == FCGI_IDLE)
		atomic_fetch_add(&pool->open, 1);
	fcgi_unpark(&pool->parked, c);
	return c;
}

static struct fcgi_socket *socket_of(struct fcgi_pool *pool, void *p)
{
	for (int i = 0; i < FCGI_SOCKETS; i++)
		if (p == &pool->sockets[i])
			return p;
	return NULL;
}

/* False: no other request is taken beside those that have been. */
static bool take(struct worker *w, struct fcgi_conn *c)
{
	bool was_open = c->state != FCGI_LINGERING;
	const struct web_together *together;
	struct fcgi_place *p;
	enum fcgi_step step;

	p = go_on(w, c, &step);
	if (!p) {
		settle(w->pool, c, was_open, step);
		return true;
	}
	together = web_together(&p->w.rq);
	if (w->n && together != web_together(&w->taken[0]->w.rq)) {
		place_give(w->pool, p);
		fcgi_conn_leave(c);
		settle(w->pool, c, true, FCGI_WAIT);
		return false;
	}
	w->taken[w->n++] = p;
	return together;
}

/* False: the thread may end. */
static bool gather(struct worker *w)
{
	struct fcgi_pool *pool = w->pool;
	bool more = true, is_over = false;
	struct epoll_event ev;

	pthread_mutex_lock(&pool->front);
	while (more && !is_over && w->n < TAKEN_MAX) {
		struct fcgi_conn *c;

		if (epoll_wait(pool->epoll, &ev, 1, w->n ? 0 : -1) < 1) {
			more = !w->n;
			continue;
		}
		is_over = ev.data.ptr == &pool->over;
		if (is_over)
			continue;
		c = socket_of(pool, ev.data.ptr) ? accept_one(pool, ev.data.ptr)
						 : take_up(pool, ev.data.ptr);
		if (c)
			more = take(w, c);
	}
	pthread_mutex_unlock(&pool->front);
	return w->n || !is_over;
}

/* ---- answers ---- */

static void end(struct fcgi_pool *pool, struct fcgi_place *p, struct str text)
{
	struct fcgi_conn *c = p->c;
	struct fcgi_output out;
	enum fcgi_step step;

	fcgi_output_frame(&out, p->w.rq.arena, c->in.id, text);
	step = fcgi_conn_write(c, &out);
	place_give(pool, p);
	if (atomic_fetch_add(&pool->served, 1) + 1 == pool->served_max)
		pthread_kill(pool->main, SIGUSR1);
	settle(pool, c, true, step);
}

/* Of one that waited; own has the thread's object. */
static void resume(struct fcgi_pool *pool, struct web_worker *own,
    struct fcgi_place *p, bool refuse)
{
	struct str text;

	web_worker_move_thread(own, &p->w);
	text = web_worker_resume(&p->w, refuse);
	web_worker_move_thread(&p->w, own);
	end(pool, p, text);
}

/* True: it joins others. */
static bool answer(struct worker *w, struct fcgi_place *p)
{
	struct web_request *rq = &p->w.rq;
	struct str text;

	rq->raw_body = buf_view(&p->c->in.body);
	if (rq->raw_body.len > p->c->body_room)
		rq->raw_body.len = p->c->body_room;
	rq->may_wait = w->pool->has_heavy;
	rq->may_join = true;
	web_worker_move_thread(&w->own, &p->w);
	text = web_worker_answer(&p->w);
	web_worker_move_thread(&p->w, &w->own);
	if (!rq->waits)
		end(w->pool, p, text);
	else if (!rq->joins && !web_queue_put(&w->pool->heavy, p))
		resume(w->pool, &w->own, p, true);
	else
		return rq->joins;
	return false;
}

static void on_done(void *arg, struct web_request *rq)
{
	struct worker *w = arg;

	resume(w->pool, &w->own, rq->carrier, false);
}

static void answer_all(struct worker *w)
{
	struct web_request *joint[TAKEN_MAX];
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		struct web_request *rq = &w->taken[i]->w.rq;

		if (answer(w, w->taken[i]))
			joint[n++] = rq;
	}
	w->n = 0;
	if (n)
		joint[0]->route->together->work(joint, n, on_done, w);
}

/* ---- threads ---- */

void *fcgi_pool_serve(void *arg)
{
	struct fcgi_pool *pool = arg;
	struct worker *w = calloc(1, sizeof(*w));

	if (!w)
		die(EX_OSERR, "out of memory");
	w->pool = pool;
	web_worker_init_bare(&w->own, pool->app);
	web_worker_start(&w->own);
	while (gather(w))
		answer_all(w);
	web_worker_release(&w->own);
	free(w);
	atomic_fetch_sub(&pool->running, 1);
	return NULL;
}

void *fcgi_pool_serve_heavy(void *arg)
{
	struct fcgi_pool *pool = arg;
	struct web_worker own;
	struct fcgi_place *p;

	web_worker_init_bare(&own, pool->app);
	web_worker_start(&own);
	while ((p = web_queue_take(&pool->heavy)))
		resume(pool, &own, p, false);
	web_worker_release(&own);
	return NULL;
}
