#include "base/id.h"

#include "base/clock.h"
#include "base/err.h"

#define NODE_BITS    10
#define COUNTER_BITS 12
#define COUNTER_MAX  ((1 << COUNTER_BITS) - 1)
#define MS_MAX       ((INT64_C(1) << 41) - 1)

void id_gen_init(struct id_gen *g, int node)
{
	BUG_ON(node < 0 || node > ID_NODE_MAX);
	pthread_mutex_init(&g->lock, NULL);
	g->node = node;
	g->last_ms = 0;
	g->counter = 0;
}

void id_gen_set_node(struct id_gen *g, int node)
{
	BUG_ON(node < 0 || node > ID_NODE_MAX);
	pthread_mutex_lock(&g->lock);
	if (g->node != node) {
		/*
		 * The node stands above the counter: a smaller one in the
		 * same ms would give smaller ids.
		 */
		g->node = node;
		g->last_ms++;
		g->counter = -1;
	}
	pthread_mutex_unlock(&g->lock);
}

int64_t id_next(struct id_gen *g)
{
	int64_t now, id;

	pthread_mutex_lock(&g->lock);
	now = clock_now_ms() - ID_EPOCH_MS;
	if (now > g->last_ms) {
		g->last_ms = now;
		g->counter = 0;
	} else if (g->counter < COUNTER_MAX) {
		g->counter++;
	} else {
		/*
		 * Ahead of the clock rather than waiting for it: after a step
		 * back the wait could take hours.
		 */
		g->last_ms++;
		g->counter = 0;
	}
	BUG_ON(g->last_ms > MS_MAX);
	id = g->last_ms << (NODE_BITS + COUNTER_BITS) |
	     (int64_t)g->node << COUNTER_BITS | g->counter;
	pthread_mutex_unlock(&g->lock);
	return id;
}

int64_t id_time_ms(int64_t id)
{
	return (id >> (NODE_BITS + COUNTER_BITS)) + ID_EPOCH_MS;
}
