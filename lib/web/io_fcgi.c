/*
 * FastCGI: a pool of identical threads around one listening socket.
 *
 * Each thread calls accept() itself.  libfcgi locks around accept() only on
 * systems that need it, unlike Linux, and has no other state shared by threads
 * after FCGX_Init().
 *
 * Requests of WEB_HEAVY routes are accepted and checked like all others, but
 * their handlers run in a second, smaller pool, so that a thread that accepts
 * never waits for one.  The memory of the request, a struct place, goes through
 * a bounded queue to a thread of that pool.
 *
 * The main thread waits for signals; the others block them, so none of their
 * calls is interrupted and no request is cut short.  A pool ends in one of two
 * ways:
 *
 *  - the socket is closed too (SIGTERM, and it was bound here): shutdown()
 *    admits no further client and, when the queue is empty, makes every
 *    accept() fail;
 *  - the socket stays open, because the supervisor that passed it holds it or
 *    because this program restarts on it: FCGX_ShutdownPending() makes libfcgi
 *    stop accepting, and connections from here wake threads that are already in
 *    accept().
 */
#include <inttypes.h>
#include <errno.h>
#include <fcgiapp.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "io/run.h"
#include "web/pool_size.h"
#include "web/queue.h"
#include "web/transport.h"

#define BACKLOG 1024
#define POLL_MS 10

struct pool {
	const struct web_app *app;
	int fd;
	bool own; /* bound here, or by this program before a restart */
	struct sockaddr_storage addr; /* of the socket */
	socklen_t addr_len;
	pthread_t main;
	int64_t served_max; /* 0: unlimited */
	_Atomic int64_t served;
	struct web_queue heavy; /* of struct place */
	bool has_heavy;
	atomic_int running; /* threads that accept, and requests handed over */
	atomic_int accepting; /* of them, those without a request */
	atomic_bool ending;
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

static void set_address(struct pool *pool, const char *path)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&pool->addr;

	if (strlen(path) >= sizeof(un->sun_path))
		die(EX_CONFIG, "run.dir is too long");
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, strlen(path) + 1);
	pool->addr_len = sizeof(*un);
}

/*
 * Bound under its final path, not renamed: after a restart on the socket the
 * program learns the path from getsockname().
 */
static void bind_socket(struct pool *pool, const char *path)
{
	mode_t mask;
	int rc;

	pool->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pool->fd < 0)
		die(EX_OSERR, "socket: %m");
	unlink(path);
	mask = umask(0117); /* the web server's group may connect */
	rc = bind(pool->fd, (struct sockaddr *)&pool->addr, pool->addr_len);
	umask(mask);
	if (rc < 0 || listen(pool->fd, BACKLOG) < 0)
		die(EX_OSERR, "%s: %m", path);
	pool->own = true;
}

static void open_socket(struct pool *pool)
{
	struct arena a;
	struct str path;

	arena_init(&a);
	path = run_path(&a, pool->app->name, ".sock");
	if (web_fcgi_is_passed()) {
		pool->fd = STDIN_FILENO;
		pool->addr_len = sizeof(pool->addr);
		if (getsockname(pool->fd, (struct sockaddr *)&pool->addr,
			&pool->addr_len) < 0)
			die(EX_OSERR, "getsockname: %m");
		pool->own =
		    pool->addr.ss_family == AF_UNIX &&
		    !strcmp(((struct sockaddr_un *)&pool->addr)->sun_path,
			path.p);
	} else {
		set_address(pool, path.p);
		bind_socket(pool, path.p);
	}
	arena_release(&a);
}

/* ---- threads ---- */

/* Without it, a peer that stops within a request blocks a thread forever. */
static void bound_io(int fd)
{
	struct timeval bound = { .tv_sec = (time_t)conf.web.io_s };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
}

static struct str take_body(struct web_request *rq, FCGX_Stream *in)
{
	size_t room = web_body_room(rq);
	char *body;
	int n;

	if (!room || room > INT_MAX)
		return (struct str){ "", 0 };
	body = arena_alloc(rq->arena, room);
	n = FCGX_GetStr(body, (int)room, in);
	return (struct str){ body, n > 0 ? (size_t)n : 0 };
}

/* FCGX_PutStr() fails if the client has gone; ignored. */
static void put_answer(struct str answer, FCGX_Stream *out)
{
	while (answer.len) {
		int n = answer.len > INT_MAX ? INT_MAX : (int)answer.len;

		if (FCGX_PutStr(answer.p, n, out) < 0)
			return;
		answer.p += n;
		answer.len -= (size_t)n;
	}
}

/* The memory of a request in progress. */
struct place {
	struct web_worker w;
	FCGX_Request fcgi;
};

static struct place *place_new(const struct pool *pool)
{
	struct place *p = calloc(1, sizeof(*p));

	if (!p)
		die(EX_OSERR, "out of memory");
	web_worker_init_bare(&p->w, pool->app);
	FCGX_InitRequest(&p->fcgi, pool->fd, 0);
	return p;
}

static void place_free(struct place **p)
{
	FCGX_Free(&(*p)->fcgi, 1);
	web_worker_release(&(*p)->w);
	free(*p);
	*p = NULL;
}

static void end_request(struct pool *pool, struct place *p, struct str text)
{
	put_answer(text, p->fcgi.out);
	FCGX_Finish_r(&p->fcgi);
	web_worker_end(&p->w);
	if (atomic_fetch_add(&pool->served, 1) + 1 == pool->served_max)
		pthread_kill(pool->main, SIGUSR1);
}

/* True: it is another thread's, and p is a new place. */
static bool hand_over(struct pool *pool, struct place **p)
{
	struct place *waiting = *p, *next = place_new(pool);

	web_worker_move_thread(&waiting->w, &next->w);
	*p = next;
	atomic_fetch_add(&pool->running, 1);
	if (web_queue_put(&pool->heavy, waiting))
		return true;
	atomic_fetch_sub(&pool->running, 1);
	web_worker_move_thread(&next->w, &waiting->w);
	*p = waiting;
	place_free(&next);
	return false;
}

static void answer(struct pool *pool, struct place **p)
{
	FCGX_Request *fcgi = &(*p)->fcgi;
	struct web_worker *w = &(*p)->w;
	struct web_request *rq = web_worker_begin(w);
	struct str text;

	/* One request per connection: an idle one would occupy this thread. */
	fcgi->keepConnection = 0;
	bound_io(fcgi->ipcFd);
	web_params(rq, fcgi->envp);
	rq->raw_body = take_body(rq, fcgi->in);
	rq->may_wait = pool->has_heavy;
	text = web_worker_answer(w);
	if (rq->waits) {
		if (hand_over(pool, p))
			return;
		text = web_worker_resume(w, true);
	}
	end_request(pool, *p, text);
}

static bool accept_request(struct pool *pool, FCGX_Request *fcgi)
{
	for (;;) {
		int rc;

		atomic_fetch_add(&pool->accepting, 1);
		rc = FCGX_Accept_r(fcgi);
		atomic_fetch_sub(&pool->accepting, 1);
		if (rc == 0)
			return true;
		if (atomic_load(&pool->ending))
			return false;
		log_error("accept", "error=%s",
		    rc > -4096 ? strerrorname_np(-rc) : "unknown");
		if (rc == -EINVAL || rc == -EBADF || rc == -ENOTSOCK)
			die(EX_OSERR, "the listening socket has gone");
		/* Out of descriptors or memory: others release some. */
		clock_sleep_ms(1000);
	}
}

static void *serve(void *arg)
{
	struct pool *pool = arg;
	struct place *p = place_new(pool);

	web_worker_start(&p->w);
	while (accept_request(pool, &p->fcgi))
		answer(pool, &p);
	place_free(&p);
	atomic_fetch_sub(&pool->running, 1);
	return NULL;
}

static void *serve_heavy(void *arg)
{
	struct pool *pool = arg;
	struct web_worker own;
	struct place *p;

	web_worker_init_bare(&own, pool->app);
	web_worker_start(&own);
	while ((p = web_queue_take(&pool->heavy))) {
		web_worker_move_thread(&own, &p->w);
		end_request(pool, p, web_worker_resume(&p->w, false));
		web_worker_move_thread(&p->w, &own);
		place_free(&p);
		atomic_fetch_sub(&pool->running, 1);
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

static enum how wait_for_end(const struct pool *pool)
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
		if (conf.web.rss_max_mib && rss_mib() > conf.web.rss_max_mib)
			return RESTART;
	}
}

/* Each connection makes one waiting thread return from accept(). */
static void wake(const struct pool *pool)
{
	for (int n = atomic_load(&pool->accepting); n > 0; n--) {
		int fd = socket(pool->addr.ss_family,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		if (fd < 0)
			return;
		(void)!connect(fd, (const struct sockaddr *)&pool->addr,
		    pool->addr_len);
		close(fd);
	}
}

/* False if threads are still busy when the time is up. */
static bool drain(struct pool *pool, bool socket_stays)
{
	int64_t until_ms = clock_mono_ms() + conf.web.drain_s * 1000;

	atomic_store(&pool->ending, true);
	if (socket_stays)
		FCGX_ShutdownPending();
	else
		shutdown(pool->fd, SHUT_RDWR);
	while (atomic_load(&pool->running) && clock_mono_ms() < until_ms) {
		if (socket_stays)
			wake(pool);
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
	uint32_t random;

	crypto_random(&random, sizeof(random));
	return n - n / 10 + (int64_t)random % (n / 5 + 1);
}

int web_fcgi_serve(const struct web_app *app, char *const argv[])
{
	struct web_pool_size size = web_pool_size(app);
	struct pool pool = { .app = app, .has_heavy = size.heavy != 0 };
	int n = size.light + size.heavy;
	pthread_t *threads;
	enum how how;

	if (FCGX_Init())
		die(EX_SOFTWARE, "libfcgi cannot start");
	open_socket(&pool);
	pool.served_max = jittered(conf.web.requests_max);
	web_queue_init(&pool.heavy, size.queue);
	threads = start_threads(&pool, size.light, size.heavy);
	log_info("start", "threads=%d", n);
	how = wait_for_end(&pool);
	/*
	 * A supervisor that passed the socket keeps it open and replaces this
	 * process.
	 */
	if (!drain(&pool, how == RESTART || !pool.own)) {
		log_warn("end", "served=%" PRId64 " unfinished=%d",
		    atomic_load(&pool.served), atomic_load(&pool.running));
		free(threads);
		if (how == STOP || !pool.own)
			_exit(EX_OK);
		return restart(&pool, argv);
	}
	web_queue_close(&pool.heavy);
	join_threads(threads, n);
	web_queue_release(&pool.heavy);
	log_info("end", "served=%" PRId64, atomic_load(&pool.served));
	return how == RESTART && pool.own ? restart(&pool, argv) : EX_OK;
}
