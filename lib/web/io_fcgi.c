/*
 * FastCGI: the life of a pool of threads (web/fcgi_pool.h) around the listening
 * sockets.
 *
 * The main thread waits for signals; the others block them, so none of their
 * calls is interrupted and no request is cut short.  A pool ends in one of two
 * ways:
 *
 *  - the socket is closed too (SIGTERM, and it was bound here): shutdown()
 *    admits no further client, and accept() fails when the queue is empty;
 *  - the socket stays open, because the supervisor that passed it holds it or
 *    because this program restarts on it: the threads stop accepting.
 *
 * A peer may keep its connection for the next request (im-live does); when the
 * pool ends, its next write fails, so that it knows that it is to connect
 * again.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "web/fcgi_pool.h"
#include "web/pool_size.h"

#define POLL_MS 10

enum how { STOP, RESTART };

bool web_fcgi_is_passed(void)
{
	return fcgi_socket_is_passed();
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

static void expire(struct fcgi_pool *pool)
{
	size_t n = fcgi_parked_expire(&pool->parked);

	if (!n)
		return;
	stat_add(STAT_HTTP_SLOW, (int64_t)n);
	log_info("slow_peers", "n=%zu", n);
}

static void accept_again(struct fcgi_pool *pool)
{
	for (int i = 0; i < FCGI_SOCKETS; i++)
		if (atomic_exchange(&pool->is_tired[i], false))
			fcgi_pool_arm(pool, &pool->sockets[i]);
}

static enum how wait_for_end(struct fcgi_pool *pool)
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
		accept_again(pool);
		if (conf.web.rss_max_mib && rss_mib() > conf.web.rss_max_mib)
			return RESTART;
	}
}

/* Threads that wait are woken when no request is under way any more.  What is
 * taken up is open before it is no longer idle. */
static bool is_over(struct fcgi_pool *pool)
{
	for (int i = 0; i < FCGI_SOCKETS; i++)
		if (!atomic_load(&pool->is_closed[i]))
			return false;
	return !fcgi_parked_idle(&pool->parked) && !atomic_load(&pool->open);
}

/* False if threads are still busy when the time is up. */
static bool drain(struct fcgi_pool *pool, bool socket_stays)
{
	int64_t until_ms = clock_mono_ms() + conf.web.drain_s * 1000;
	const uint64_t one = 1;

	if (socket_stays) {
		for (int i = 0; i < FCGI_SOCKETS; i++) {
			fcgi_pool_disarm(pool, &pool->sockets[i]);
			atomic_store(&pool->is_closed[i], true);
		}
	} else {
		for (int i = 0; i < FCGI_SOCKETS; i++)
			shutdown(pool->sockets[i].fd, SHUT_RDWR);
		/* From here on, an empty queue stays empty. */
		atomic_store(&pool->is_shut, true);
		/* Even if it was not armed. */
		for (int i = 0; i < FCGI_SOCKETS; i++)
			fcgi_pool_arm(pool, &pool->sockets[i]);
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

static int restart(const struct fcgi_pool *pool, char *const argv[])
{
	fcgi_sockets_pass(pool->sockets);
	execvp(argv[0], argv);
	execv("/proc/self/exe", argv);
	log_error("restart", "error=%s", strerrorname_np(errno));
	return EX_OSERR;
}

static pthread_t *start_threads(struct fcgi_pool *pool, int n_light,
    int n_heavy)
{
	int n = n_light + n_heavy;
	pthread_t *threads = calloc((size_t)n, sizeof(*threads));

	if (!threads)
		die(EX_OSERR, "out of memory");
	pool->main = pthread_self();
	atomic_store(&pool->running, n_light);
	for (int i = 0; i < n; i++) {
		if (pthread_create(&threads[i], NULL,
			i < n_light ? fcgi_pool_serve : fcgi_pool_serve_heavy,
			pool))
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
	struct fcgi_pool pool = { .has_heavy = size.heavy != 0 };
	int n = size.light + size.heavy;
	pthread_t *threads;
	enum how how;
	bool own;

	fcgi_sockets_open(pool.sockets, app->name);
	fcgi_pool_init(&pool, app);
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
	fcgi_pool_release(&pool);
	log_info("end", "served=%" PRId64, atomic_load(&pool.served));
	return how == RESTART && own ? restart(&pool, argv) : EX_OK;
}
