#include "base/id.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"

#define REGION_BITS  5
#define NODE_BITS    8
#define COUNTER_BITS 9
#define COUNTER_MAX  ((1 << COUNTER_BITS) - 1)
#define NODE_SHIFT   COUNTER_BITS
#define REGION_SHIFT (NODE_SHIFT + NODE_BITS)
#define TIME_SHIFT   (REGION_SHIFT + REGION_BITS)

_Static_assert(TIME_SHIFT == 22, "41 bits are left for the time");
_Static_assert(ID_REGION_MAX == (1 << REGION_BITS) - 1, "region bits");
_Static_assert(ID_NODE_MAX == (1 << NODE_BITS) - 1, "node bits");

void id_gen_init(struct id_gen *g, int region)
{
	BUG_ON(region < 0 || region > ID_REGION_MAX);
	*g = (struct id_gen){ .region = region };
	pthread_mutex_init(&g->lock, NULL);
}

void id_gen_grant(struct id_gen *g, int node, int64_t after_ms,
    int64_t until_ms)
{
	BUG_ON(node < 0 || node > ID_NODE_MAX);
	if (after_ms < ID_EPOCH_MS - 1)
		after_ms = ID_EPOCH_MS - 1;
	pthread_mutex_lock(&g->lock);
	/*
	 * The node bits are above the counter: a lower node within the same ms
	 * would give lower ids.
	 */
	if (node != g->node || after_ms > g->last_ms)
		g->counter = COUNTER_MAX;
	if (after_ms > g->last_ms)
		g->last_ms = after_ms;
	g->node = node;
	g->until_ms = until_ms < ID_LAST_MS ? until_ms : ID_LAST_MS;
	pthread_mutex_unlock(&g->lock);
}

/* Moves to the next free (ms, counter); false at the end of the span. */
static bool advance(struct id_gen *g)
{
	int64_t now = clock_now_ms();

	if (now > g->last_ms) {
		if (now > g->until_ms)
			return false;
		g->last_ms = now;
		g->counter = 0;
		return true;
	}
	if (g->last_ms > g->until_ms)
		return false;
	if (g->counter < COUNTER_MAX) {
		g->counter++;
		return true;
	}
	/*
	 * Runs ahead of the clock instead of waiting for it: after the clock
	 * was set back, the wait could take hours.
	 */
	if (g->last_ms == g->until_ms)
		return false;
	g->last_ms++;
	g->counter = 0;
	return true;
}

int64_t id_next(struct id_gen *g)
{
	int64_t id = 0;

	pthread_mutex_lock(&g->lock);
	if (advance(g))
		id = (g->last_ms - ID_EPOCH_MS) << TIME_SHIFT |
		     (int64_t)g->region << REGION_SHIFT |
		     (int64_t)g->node << NODE_SHIFT | g->counter;
	pthread_mutex_unlock(&g->lock);
	return id;
}

int64_t id_gen_last_ms(struct id_gen *g)
{
	int64_t last_ms;

	pthread_mutex_lock(&g->lock);
	last_ms = g->last_ms;
	pthread_mutex_unlock(&g->lock);
	return last_ms;
}

int64_t id_random(void)
{
	int64_t ms = clock_now_ms() - ID_EPOCH_MS;
	uint32_t low;

	crypto_random(&low, sizeof(low));
	return (ms > 0 ? ms : 0) << TIME_SHIFT |
	       (low & ((1 << TIME_SHIFT) - 1));
}

int64_t id_time_ms(int64_t id)
{
	return (id >> TIME_SHIFT) + ID_EPOCH_MS;
}

int64_t id_first_at(int64_t ms)
{
	if (ms <= ID_EPOCH_MS)
		return 0;
	return ms > ID_LAST_MS ? INT64_MAX : (ms - ID_EPOCH_MS) << TIME_SHIFT;
}

int id_region(int64_t id)
{
	return (int)(id >> REGION_SHIFT & ID_REGION_MAX);
}

int id_node(int64_t id)
{
	return (int)(id >> NODE_SHIFT & ID_NODE_MAX);
}
