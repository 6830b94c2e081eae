/*
 * store: memcached, in a thread of its own: the loop never waits for it.
 *
 * Jobs are carried out one after the other, in the order in which they are put.
 * work() runs in the thread, with memcached and an arena; what it allocates
 * there is valid until done() returns, which runs in the loop.  Between put and
 * done the loop does not touch what work() uses.  The caller owns the job, and
 * keeps it until then.
 */
#ifndef LIVE_STORE_H
#define LIVE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/arena.h"
#include "io/cache.h"

struct store_job {
	struct store_job *next;
	void (*work)(struct store_job *j, struct cache *cache, struct arena *a);
	void (*done)(struct store_job *j);
	bool busy; /* put and not done */
};

void store_start(uv_loop_t *loop, struct cache *cache);
/* The job is not busy. */
void store_put(struct store_job *j);
/* Whether memcached answers, as far as is known. */
bool store_is_up(void);
/* How many jobs are busy. */
size_t store_pending(void);
/* After the end of the loop: carries out what was put, and returns memcached
 * for the caller's own use. */
struct cache *store_end(void);

#endif
