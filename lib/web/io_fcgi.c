/*
 * FastCGI: a pool of identical threads around the listening sockets.
 *
 * All threads wait for one epoll set: the sockets, each armed for one thread at
 * a time, and the connections whose request or answer is under way
 * (web/fcgi_conn.h).  So a thread works only on requests that have arrived
 * whole, and a slow peer costs memory and a descriptor, for [web] io_s at most.
 * One request per connection: an idle connection would hide that a service
 * restarts.
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
#include <fcntl.h>
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
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/run.h"
#include "web/fcgi_conn.h"
#include "web/transport.h"

#define BACKLOG         1024
#define POLL_MS         10
#define LINGER_MS       2000
#define THREADS_DEFAULT 8 /* of a service without a section */

struct pool {
	const struct web_app *app;
	int fd;
	bool own;        /* bound here, or by this program before a restart */
	int epoll, over; /* over: an eventfd, readable when threads may end */
	struct fcgi_parked parked;
	pthread_t main;
	int64_t served_max; /* 0: unlimited */
	_Atomic int64_t served;
	atomic_int running; /* threads */
	atomic_int open;    /* connections whose answer is not written yet */
	atomic_bool is_shut, is_closed;
};

enum how { STOP, RESTART };

/* ---- the socket ---- */

bool web_fcgi_is_passed(void)
{
	socklen_t len = sizeof(int);
	int on = 0;

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) ==
		   0 &&
	       on;
}

/*
 * Bound under its final path, not renamed: after a restart on the socket the
 * program learns the path from getsockname().
 */
static void bind_socket(struct pool *pool, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	mode_t mask;
	int rc;

	if (strlen(path) >= sizeof(un.sun_path))
		die(EX_CONFIG, "run.dir is too long");
	memcpy(un.sun_path, path, strlen(path) + 1);
	pool->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pool->fd < 0)
		die(EX_OSERR, "socket: %m");
	unlink(path);
	mask = umask(0117); /* the web server's group may connect */
	rc = bind(pool->fd, (struct sockaddr *)&un, sizeof(un));
	umask(mask);
	if (rc < 0 || listen(pool->fd, BACKLOG) < 0)
		die(EX_OSERR, "%s: %m", path);
}

static bool is_bound_to(int fd, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNSPEC };
	socklen_t len = sizeof(un);

	return getsockname(fd, (struct sockaddr *)&un, &len) == 0 &&
	       un.sun_family == AF_UNIX && !strcmp(un.sun_path, path);
}

static void open_socket(struct pool *pool)
{
	struct arena a;
	struct str path;

	arena_init(&a);
	path = run_path(&a, pool->app->name, ".sock");
	if (web_fcgi_is_passed()) {
		pool->fd = STDIN_FILENO;
		pool->own = is_bound_to(pool->fd, path.p);
	} else {
		bind_socket(pool, path.p);
		pool->own = true;
	}
	/* Several threads may wake for one client. */
	if (fcntl(pool->fd, F_SETFL, O_NONBLOCK) < 0)
		die(EX_OSERR, "fcntl: %m");
	arena_release(&a);
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
	watch(pool, EPOLL_CTL_ADD, pool->fd, EPOLLIN | EPOLLONESHOT, &pool->fd);
	watch(pool, EPOLL_CTL_ADD, pool->over, EPOLLIN, &pool->over);
}

/* The next client wakes one thread. */
static void arm(struct pool *pool)
{
	watch(pool, EPOLL_CTL_MOD, pool->fd, EPOLLIN | EPOLLONESHOT, &pool->fd);
}

/* ---- threads ---- */

struct worker {
	struct pool *pool;
	struct web_worker w;
	char buffer[FCGI_EARLY_MAX];
};

static void take_param(void *rq, struct str name, struct str value)
{
	web_param(rq, name, value);
}

static struct web_request *begin(struct worker *w, struct fcgi_conn *c)
{
	struct web_request *rq = web_worker_begin(&w->w);

	if (fcgi_input_params(&c->in, rq->arena, take_param, rq))
		return rq;
	web_worker_end(&w->w);
	return NULL;
}

static enum fcgi_step answer(struct worker *w, struct fcgi_conn *c,
    struct web_request *rq)
{
	struct fcgi_output out;
	enum fcgi_step step;

	rq->raw_body = buf_view(&c->in.body);
	if (rq->raw_body.len > c->body_room)
		rq->raw_body.len = c->body_room;
	fcgi_output_frame(&out, rq->arena, c->in.id, web_worker_answer(&w->w));
	step = fcgi_conn_write(c, &out);
	web_worker_end(&w->w);
	if (atomic_fetch_add(&w->pool->served, 1) + 1 == w->pool->served_max)
		pthread_kill(w->pool->main, SIGUSR1);
	return step;
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
		web_worker_end(&w->w);
	return step;
}

static enum fcgi_step go_on(struct worker *w, struct fcgi_conn *c)
{
	switch (c->state) {
	case FCGI_WRITING:
		return fcgi_conn_flush(c);
	case FCGI_LINGERING:
		return fcgi_conn_linger(c, w->buffer, sizeof(w->buffer));
	case FCGI_READING:
	default:
		return read_on(w, c);
	}
}

static void work(struct worker *w, struct fcgi_conn *c)
{
	struct pool *pool = w->pool;
	bool was_open = c->state != FCGI_LINGERING;
	enum fcgi_step step = go_on(w, c);

	if (was_open && (step == FCGI_GONE || c->state == FCGI_LINGERING))
		atomic_fetch_sub(&pool->open, 1);
	if (step == FCGI_GONE)
		fcgi_conn_free(&c);
	else
		fcgi_park(&pool->parked, c,
		    c->state == FCGI_LINGERING ? LINGER_MS
					       : conf.web.io_s * 1000);
}

/* Counted before it is accepted: at no time it is in neither place. */
static void accept_one(struct worker *w)
{
	struct pool *pool = w->pool;
	int fd, error;
	bool was_shut;

	atomic_fetch_add(&pool->open, 1);
	if (atomic_load(&pool->is_closed)) {
		atomic_fetch_sub(&pool->open, 1);
		return;
	}
	was_shut = atomic_load(&pool->is_shut);
	fd = accept4(pool->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	error = errno;
	if (fd >= 0) {
		arm(pool);
		work(w, fcgi_conn_new(fd));
		return;
	}
	atomic_fetch_sub(&pool->open, 1);
	if (was_shut && (error == EINVAL || error == EAGAIN)) {
		atomic_store(&pool->is_closed, true);
		return;
	}
	if (error == EINVAL || error == EBADF || error == ENOTSOCK)
		die(EX_OSERR, "the listening socket has gone");
	/* Out of descriptors or memory: others release some. */
	if (error != EAGAIN && error != EINTR && error != ECONNABORTED) {
		log_error("accept", "error=%s", strerrorname_np(error));
		clock_sleep_ms(1000);
	}
	arm(pool);
}

static void *serve(void *p)
{
	struct pool *pool = p;
	struct worker *w = calloc(1, sizeof(*w));
	struct epoll_event ev;

	if (!w)
		die(EX_OSERR, "out of memory");
	w->pool = pool;
	web_worker_init(&w->w, pool->app);
	for (;;) {
		if (epoll_wait(pool->epoll, &ev, 1, -1) < 1)
			continue;
		if (ev.data.ptr == &pool->over)
			break;
		if (ev.data.ptr == &pool->fd) {
			accept_one(w);
			continue;
		}
		fcgi_unpark(&pool->parked, ev.data.ptr);
		work(w, ev.data.ptr);
	}
	web_worker_release(&w->w);
	free(w);
	atomic_fetch_sub(&pool->running, 1);
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

/* Threads that wait are woken when no request is under way any more. */
static bool is_over(const struct pool *pool)
{
	return atomic_load(&pool->is_closed) && !atomic_load(&pool->open);
}

/* False if threads are still busy when the time is up. */
static bool drain(struct pool *pool, bool socket_stays)
{
	int64_t until_ms = clock_mono_ms() + conf.web.drain_s * 1000;
	const uint64_t one = 1;

	if (socket_stays) {
		watch(pool, EPOLL_CTL_DEL, pool->fd, 0, NULL);
		atomic_store(&pool->is_closed, true);
	} else {
		shutdown(pool->fd, SHUT_RDWR);
		/* From here on, an empty queue stays empty. */
		atomic_store(&pool->is_shut, true);
		watch(pool, EPOLL_CTL_MOD, pool->fd, EPOLLIN | EPOLLONESHOT,
		    &pool->fd);
	}
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
	if (dup2(pool->fd, STDIN_FILENO) < 0)
		die(EX_OSERR, "dup2: %m");
	/* Descriptors that libraries opened without close-on-exec. */
	close_range(STDERR_FILENO + 1, ~0U, 0);
	execvp(argv[0], argv);
	execv("/proc/self/exe", argv);
	log_error("restart", "error=%s", strerrorname_np(errno));
	return EX_OSERR;
}

static pthread_t *start_threads(struct pool *pool, int n)
{
	pthread_t *threads = calloc((size_t)n, sizeof(*threads));

	if (!threads)
		die(EX_OSERR, "out of memory");
	pool->main = pthread_self();
	atomic_store(&pool->running, n);
	for (int i = 0; i < n; i++) {
		if (pthread_create(&threads[i], NULL, serve, pool))
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
	uint32_t random;

	crypto_random(&random, sizeof(random));
	return n - n / 10 + (int64_t)random % (n / 5 + 1);
}

/* All services share one file, so each has a section of its own. */
static int n_threads(const char *service)
{
	static const struct {
		const char *service;
		const int64_t *threads;
	} pools[] = {
		{ "message", &conf.message.threads },
		{ "conversation", &conf.conversation.threads },
		{ "inbox", &conf.inbox.threads },
		{ "user", &conf.user.threads },
		{ "admin", &conf.admin.threads },
	};

	for (size_t i = 0; i < sizeof(pools) / sizeof(pools[0]); i++) {
		if (!strcmp(pools[i].service, service))
			return (int)*pools[i].threads;
	}
	return THREADS_DEFAULT;
}

int web_fcgi_serve(const struct web_app *app, char *const argv[])
{
	struct pool pool = { .app = app };
	int n = n_threads(app->name);
	pthread_t *threads;
	enum how how;

	open_socket(&pool);
	open_set(&pool);
	pool.served_max = jittered(conf.web.requests_max);
	threads = start_threads(&pool, n);
	log_info("start", "threads=%d", n);
	how = wait_for_end(&pool);
	/*
	 * A supervisor that passed the socket keeps it open and replaces this
	 * process.
	 */
	if (!drain(&pool, how == RESTART || !pool.own)) {
		log_warn("end", "served=%" PRId64 " unfinished=%d",
		    atomic_load(&pool.served), atomic_load(&pool.open));
		free(threads);
		if (how == STOP || !pool.own)
			_exit(EX_OK);
		return restart(&pool, argv);
	}
	join_threads(threads, n);
	log_info("end", "served=%" PRId64, atomic_load(&pool.served));
	return how == RESTART && pool.own ? restart(&pool, argv) : EX_OK;
}
