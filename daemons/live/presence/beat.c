#include "presence/beat.h"

#include "base/conf.h"
#include "presence/store.h"

#define BEAT_MS 1000 /* so soon back after a flush of memcached */

static const struct presence_node *self;
static uv_timer_t timer;

static void work(struct store_job *j, struct cache *cache, struct arena *a)
{
	(void)j;
	(void)a;
	/* 2.5 heartbeats, rounded up */
	presence_beat(cache, self, (int)(conf.live.heartbeat_s * 5 + 1) / 2);
}

static void done(struct store_job *j)
{
	(void)j;
}

static struct store_job job = { .work = work, .done = done };

static void on_beat(uv_timer_t *t)
{
	(void)t;
	if (!job.busy)
		store_put(&job);
}

void beat_start(uv_loop_t *loop, const struct presence_node *node)
{
	self = node;
	uv_timer_init(loop, &timer);
	uv_timer_start(&timer, on_beat, BEAT_MS, BEAT_MS);
	on_beat(&timer);
}
