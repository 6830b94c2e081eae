/*
 * FastCGI: a pool of identical threads around the listening sockets.
 *
 * All threads wait for one epoll set: the sockets, each armed for one thread at
 * a time, and the connections whose request or answer is under way
 * (web/fcgi_conn.h).  So a thread works only on requests that have arrived
 * whole, and a slow peer costs memory and a descriptor, for [web] io_s at most.
 * A peer may keep its connection for the next request (im-live does); when the
 * pool ends, its next write fails, so that it knows that it is to connect
 * again.
 *
 * Requests of WEB_HEAVY routes are read and checked like all others, but their
 * handlers run in a second, smaller pool, so that no other request waits for
 * them.  The memory of the request, a struct place, goes with its connection
 * through a bounded queue to a thread of that pool.
 *
 * The main thread waits for signals; the others block them, so none of their
 * calls is interrupted and no request is cut short.  A pool ends in one of two
 * ways:
 *
 *  - the socket is closed too (SIGTERM, and it was bound here): shutdown()
 *    admits no further client, and accept() fails when the queue is empty;
 *  - the socket stays open, because the supervisor that passed it holds it or
 *    because this program restarts on it: the threads stop accepting.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "web/fcgi_conn.h"
#include "web/fcgi_socket.h"
#include "web/pool_size.h"
#include "web/queue.h"
#include "web/transport.h"

#define POLL_MS   10
#define LINGER_MS 2000

struct pool {
	const struct web_app *app;
	struct fcgi_socket sockets[FCGI_SOCKETS];
	int epoll, over; /* over: an eventfd, readable when threads may end */
	struct fcgi_parked parked;
	pthread_t main;
	int64_t served_max; /* 0: unlimited */
	_Atomic int64_t served;
	struct web_queue heavy; /* of struct place */
	bool has_heavy;
	atomic_int running; /* threads, without the heavy ones */
	atomic_int open;    /* connections whose answer is not written yet */
	atomic_bool is_closed[FCGI_SOCKETS]; /* nobody accepts any more */
	atomic_bool is_shut;
};

enum how { STOP, RESTART };

bool web_fcgi_is_passed(void)
{
	return fcgi_socket_is_passed();
}

/* ---- the set ---- */

static void watch(struct pool *pool, int op, int fd, uint32_t events, void *p)
{
	struct epoll_event ev = { .events = events, .data.ptr = p };

	if (epoll_ctl(pool->epoll, op, fd, &ev) < 0 && errno != ENOENT)
		die(EX_OSERR, "epoll_ctl: %m");
}

static void open_set(struct pool *pool)
{
	pool->epoll = epoll_create1(EPOLL_CLOEXEC);
	pool->over = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pool->epoll < 0 || pool->over < 0)
		die(EX_OSERR, "epoll: %m");
	fcgi_parked_init(&pool->parked, pool->epoll);
	for (int i = 0; i < FCGI_SOCKETS; i++)
		watch(pool, EPOLL_CTL_ADD, pool->sockets[i].fd,
		    EPOLLIN | EPOLLONESHOT, &pool->sockets[i]);
	watch(pool, EPOLL_CTL_ADD, pool->over, EPOLLIN, &pool->over);
}

/* The next client wakes one thread. */
static void arm(struct pool *pool, struct fcgi_socket *s)
{
	watch(pool, EPOLL_CTL_MOD, s->fd, EPOLLIN | EPOLLONESHOT, s);
}

/* ---- threads ---- */

/* The memory of a request in progress. */
struct place {
	struct web_worker w;
	struct fcgi_conn *c; /* while it waits for a heavy thread */
};

struct worker {
	struct pool *pool;
	struct place *place;
	char buffer[FCGI_EARLY_MAX];
};

static struct place *place_new(const struct pool *pool)
{
	struct place *p = calloc(1, sizeof(*p));

	if (!p)
		die(EX_OSERR, "out of memory");
	web_worker_init_bare(&p->w, pool->app);
	return p;
}

static void place_free(struct place **p)
{
	web_worker_release(&(*p)->w);
	free(*p);
	*p = NULL;
}

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

static struct web_request *begin(struct worker *w, struct fcgi_conn *c)
{
	struct web_worker *own = &w->place->w;
	struct taking t = { web_worker_begin(own), c->is_gate };

	if (fcgi_input_params(&c->in, t.rq->arena, take_param, &t))
		return t.rq;
	web_worker_end(own);
	return NULL;
}

static enum fcgi_step put_answer(struct pool *pool, struct fcgi_conn *c,
    struct web_worker *w, struct str text)
{
	struct fcgi_output out;
	enum fcgi_step step;

	fcgi_output_frame(&out, w->rq.arena, c->in.id, text);
	step = fcgi_conn_write(c, &out);
	web_worker_end(w);
	if (atomic_fetch_add(&pool->served, 1) + 1 == pool->served_max)
		pthread_kill(pool->main, SIGUSR1);
	return step;
}

/* True: the connection and its request are a heavy thread's. */
static bool hand_over(struct worker *w, struct fcgi_conn *c)
{
	struct place *waiting = w->place, *next = place_new(w->pool);

	waiting->c = c;
	web_worker_move_thread(&waiting->w, &next->w);
	if (web_queue_put(&w->pool->heavy, waiting)) {
		w->place = next;
		return true;
	}
	web_worker_move_thread(&next->w, &waiting->w);
	place_free(&next);
	return false;
}

static enum fcgi_step answer(struct worker *w, struct fcgi_conn *c,
    struct web_request *rq)
{
	struct web_worker *own = &w->place->w;
	struct str text;

	rq->raw_body = buf_view(&c->in.body);
	if (rq->raw_body.len > c->body_room)
		rq->raw_body.len = c->body_room;
	rq->may_wait = w->pool->has_heavy;
	text = web_worker_answer(own);
	if (rq->waits) {
		if (hand_over(w, c))
			return FCGI_TAKEN;
		text = web_worker_resume(own, true);
	}
	return put_answer(w->pool, c, own, text);
}

/* How much of a body the request needs is known from its parameters. */
static enum fcgi_step read_on(struct worker *w, struct fcgi_conn *c)
{
	struct web_request *rq = NULL;
	enum fcgi_step step = fcgi_conn_read(c, w->buffer, sizeof(w->buffer));

	if (step == FCGI_PARAMS || step == FCGI_WHOLE) {
		rq = begin(w, c);
		if (!rq)
			return FCGI_GONE;
	}
	if (step == FCGI_PARAMS) {
		c->body_room = c->in.body_max = web_body_room(rq);
		step = fcgi_conn_read(c, w->buffer, sizeof(w->buffer));
	}
	if (step == FCGI_WHOLE)
		return answer(w, c, rq);
	if (rq)
		web_worker_end(&w->place->w);
	return step;
}

static enum fcgi_step go_on(struct worker *w, struct fcgi_conn *c)
{
	switch (c->state) {
	case FCGI_WRITING:
		return fcgi_conn_flush(c);
	case FCGI_LINGERING:
		return fcgi_conn_linger(c, w->buffer, sizeof(w->buffer));
	case FCGI_IDLE:
		fcgi_conn_resume(c);
		return read_on(w, c);
	case FCGI_READING:
	default:
		return read_on(w, c);
	}
}

/* Parked before it is no longer open: at no time it is in neither place. */
static void settle(struct pool *pool, struct fcgi_conn *c, bool was_open,
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

static void work(struct worker *w, struct fcgi_conn *c)
{
	bool was_open = c->state != FCGI_LINGERING;
	enum fcgi_step step = go_on(w, c);

	if (step != FCGI_TAKEN)
		settle(w->pool, c, was_open, step);
}

static void not_accepted(struct pool *pool, struct fcgi_socket *s, int error,
    bool was_shut)
{
	if (was_shut && (error == EINVAL || error == EAGAIN)) {
		atomic_store(&pool->is_closed[s - pool->sockets], true);
		return;
	}
	if (error == EINVAL || error == EBADF || error == ENOTSOCK)
		die(EX_OSERR, "the listening socket has gone");
	/* Out of descriptors or memory: others release some. */
	if (error != EAGAIN && error != EINTR && error != ECONNABORTED) {
		log_error("accept", "error=%s", strerrorname_np(error));
		clock_sleep_ms(1000);
	}
	arm(pool, s);
}

/* Counted before it is accepted: at no time it is in neither place. */
static void accept_one(struct worker *w, struct fcgi_socket *s)
{
	struct pool *pool = w->pool;
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
		return;
	}
	arm(pool, s);
	c = fcgi_conn_new(fd);
	c->is_gate = s->is_gate;
	work(w, c);
}

static void take_up(struct pool *pool, struct fcgi_conn *c)
{
	if (c->state == FCGI_IDLE)
		atomic_fetch_add(&pool->open, 1);
	fcgi_unpark(&pool->parked, c);
}

static struct fcgi_socket *socket_of(struct pool *pool, void *p)
{
	for (int i = 0; i < FCGI_SOCKETS; i++)
		if (p == &pool->sockets[i])
			return p;
	return NULL;
}

static void *serve(void *p)
{
	struct pool *pool = p;
	struct worker *w = calloc(1, sizeof(*w));
	struct epoll_event ev;

	if (!w)
		die(EX_OSERR, "out of memory");
	w->pool = pool;
	w->place = place_new(pool);
	web_worker_start(&w->place->w);
	for (;;) {
		if (epoll_wait(pool->epoll, &ev, 1, -1) < 1)
			continue;
		if (ev.data.ptr == &pool->over)
			break;
		if (socket_of(pool, ev.data.ptr)) {
			accept_one(w, ev.data.ptr);
			continue;
		}
		take_up(pool, ev.data.ptr);
		work(w, ev.data.ptr);
	}
	place_free(&w->place);
	free(w);
	atomic_fetch_sub(&pool->running, 1);
	return NULL;
}

static void *serve_heavy(void *arg)
{
	struct pool *pool = arg;
	struct web_worker own;
	struct place *p;
	struct str text;

	web_worker_init_bare(&own, pool->app);
	web_worker_start(&own);
	while ((p = web_queue_take(&pool->heavy))) {
		web_worker_move_thread(&own, &p->w);
		text = web_worker_resume(&p->w, false);
		settle(pool, p->c, true, put_answer(pool, p->c, &p->w, text));
		web_worker_move_thread(&p->w, &own);
		place_free(&p);
	}
	web_worker_release(&own);
	return NULL;
}

/* ---- the main thread ---- */

static void our_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGUSR1);
}

void web_fcgi_block_signals(void)
{
	sigset_t set;

	our_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int64_t rss_mib(void)
{
	char text[128] = "";
	FILE *f = fopen("/proc/self/statm", "re");
	struct str rest, pages;
	int64_t n = 0;

	if (!f)
		return 0;
	if (fgets(text, sizeof(text), f)) {
		rest = str_of(text);
		str_cut(&rest, ' ');
		pages = str_cut(&rest, ' ');
		str_to_int(pages, &n);
	}
	fclose(f);
	return n * sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

static void expire(struct pool *pool)
{
	size_t n = fcgi_parked_expire(&pool->parked);

	if (!n)
		return;
	stat_add(STAT_HTTP_SLOW, (int64_t)n);
	log_info("slow_peers", "n=%zu", n);
}

static enum how wait_for_end(struct pool *pool)
{
	const struct timespec second = { .tv_sec = 1 };
	sigset_t set;

	our_signals(&set);
	for (;;) {
		int sig = sigtimedwait(&set, NULL, &second);

		if (sig == SIGTERM || sig == SIGINT)
			return STOP;
		if (sig == SIGHUP)
			return RESTART;
		if (sig == SIGUSR1 && pool->served_max &&
		    atomic_load(&pool->served) >= pool->served_max)
			return RESTART;
		expire(pool);
		if (conf.web.rss_max_mib && rss_mib() > conf.web.rss_max_mib)
			return RESTART;
	}
}

/* Threads that wait are woken when no request is under way any more.  What is
 * taken up is open before it is no longer idle. */
static bool is_over(struct pool *pool)
{
	for (int i = 0; i < FCGI_SOCKETS; i++)
		if (!atomic_load(&pool->is_closed[i]))
			return false;
	return !fcgi_parked_idle(&pool->parked) && !atomic_load(&pool->open);
}

/* False if threads are still busy when the time is up. */
static bool drain(struct pool *pool, bool socket_stays)
{
	int64_t until_ms = clock_mono_ms() + conf.web.drain_s * 1000;
	const uint64_t one = 1;

	if (socket_stays) {
		for (int i = 0; i < FCGI_SOCKETS; i++) {
			watch(pool, EPOLL_CTL_DEL, pool->sockets[i].fd, 0,
			    NULL);
			atomic_store(&pool->is_closed[i], true);
		}
	} else {
		for (int i = 0; i < FCGI_SOCKETS; i++)
			shutdown(pool->sockets[i].fd, SHUT_RDWR);
		/* From here on, an empty queue stays empty. */
		atomic_store(&pool->is_shut, true);
		/* Even if it was not armed. */
		for (int i = 0; i < FCGI_SOCKETS; i++)
			arm(pool, &pool->sockets[i]);
	}
	fcgi_parked_retire(&pool->parked);
	while (atomic_load(&pool->running) && clock_mono_ms() < until_ms) {
		expire(pool);
		if (is_over(pool) && write(pool->over, &one, sizeof(one)) < 0)
			break;
		clock_sleep_ms(POLL_MS);
	}
	return !atomic_load(&pool->running);
}

static int restart(const struct pool *pool, char *const argv[])
{
	fcgi_sockets_pass(pool->sockets);
	execvp(argv[0], argv);
	execv("/proc/self/exe", argv);
	log_error("restart", "error=%s", strerrorname_np(errno));
	return EX_OSERR;
}

static pthread_t *start_threads(struct pool *pool, int n_light, int n_heavy)
{
	int n = n_light + n_heavy;
	pthread_t *threads = calloc((size_t)n, sizeof(*threads));

	if (!threads)
		die(EX_OSERR, "out of memory");
	pool->main = pthread_self();
	atomic_store(&pool->running, n_light);
	for (int i = 0; i < n; i++) {
		if (pthread_create(&threads[i], NULL,
			i < n_light ? serve : serve_heavy, pool))
			die(EX_OSERR, "no more threads");
	}
	return threads;
}

static void join_threads(pthread_t *threads, int n)
{
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}

/*
 * Varies n by up to a tenth, so that services that started together do not
 * restart together.
 */
static int64_t jittered(int64_t n)
{
	return n - n / 10 + crypto_uniform((uint32_t)(n / 5 + 1));
}

int web_fcgi_serve(const struct web_app *app, char *const argv[])
{
	struct web_pool_size size = web_pool_size(app);
	struct pool pool = { .app = app, .has_heavy = size.heavy != 0 };
	int n = size.light + size.heavy;
	pthread_t *threads;
	enum how how;
	bool own;

	fcgi_sockets_open(pool.sockets, app->name);
	open_set(&pool);
	own = pool.sockets[FCGI_WEB].own;
	pool.served_max = jittered(conf.web.requests_max);
	web_queue_init(&pool.heavy, size.queue);
	threads = start_threads(&pool, size.light, size.heavy);
	log_info("start", "threads=%d", n);
	how = wait_for_end(&pool);
	/*
	 * A supervisor that passed the socket keeps it open and replaces this
	 * process.
	 */
	if (!drain(&pool, how == RESTART || !own)) {
		log_warn("end", "served=%" PRId64 " unfinished=%d",
		    atomic_load(&pool.served), atomic_load(&pool.open));
		free(threads);
		if (how == STOP || !own)
			_exit(EX_OK);
		return restart(&pool, argv);
	}
	web_queue_close(&pool.heavy);
	join_threads(threads, n);
	web_queue_release(&pool.heavy);
	log_info("end", "served=%" PRId64, atomic_load(&pool.served));
	return how == RESTART && own ? restart(&pool, argv) : EX_OK;
}
