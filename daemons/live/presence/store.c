#include "presence/store.h"

#include "base/err.h"
#include "base/stat.h"

/* Jobs per trip to the thread: done() of the first waits for the last. */
#define BATCH_MAX 16

static uv_loop_t *loop;
static struct store_job *first, **last = &first;
static size_t n_pending;
static bool is_up;

/* The thread's, while it is at work; otherwise the loop's. */
static struct {
	uv_work_t work;
	struct cache *cache;
	struct arena arena;
	struct store_job *jobs[BATCH_MAX];
	size_t n;
	bool is_up;
} trip;

static void begin_trip(void);

static void on_work(uv_work_t *w)
{
	(void)w;
	for (size_t i = 0; i < trip.n; i++)
		trip.jobs[i]->work(trip.jobs[i], trip.cache, &trip.arena);
	trip.is_up = cache_is_up(trip.cache);
}

static void on_done(uv_work_t *w, int status)
{
	struct store_job *jobs[BATCH_MAX];
	size_t n = trip.n;

	(void)w;
	BUG_ON(status != 0);
	is_up = trip.is_up;
	memcpy(jobs, trip.jobs, n * sizeof(jobs[0]));
	for (size_t i = 0; i < n; i++) {
		n_pending--;
		jobs[i]->busy = false;
		jobs[i]->done(jobs[i]);
	}
	trip.n = 0;
	arena_rewind(&trip.arena);
	stat_set(STAT_LIVE_STORE_JOBS, (int64_t)n_pending);
	begin_trip();
}

static void begin_trip(void)
{
	if (!first || trip.n)
		return;
	while (first && trip.n < BATCH_MAX) {
		trip.jobs[trip.n++] = first;
		first = first->next;
	}
	if (!first)
		last = &first;
	if (uv_queue_work(loop, &trip.work, on_work, on_done) != 0)
		BUG("uv_queue_work");
}

void store_put(struct store_job *j)
{
	BUG_ON(j->busy);
	j->busy = true;
	j->next = NULL;
	*last = j;
	last = &j->next;
	stat_set(STAT_LIVE_STORE_JOBS, (int64_t)++n_pending);
	begin_trip();
}

bool store_is_up(void)
{
	return is_up;
}

size_t store_pending(void)
{
	return n_pending;
}

struct cache *store_end(void)
{
	while (n_pending && uv_run(loop, UV_RUN_ONCE))
		;
	return trip.cache;
}

void store_start(uv_loop_t *l, struct cache *cache)
{
	loop = l;
	trip.cache = cache;
	arena_init(&trip.arena);
	is_up = cache_is_up(cache);
}
