/*
 * id: 64-bit ids that need no central counter and sort by time ("snowflake").
 *
 *   bit 63: 0 | 41 ms since 2024-01-01 UTC | 5 region | 8 node | 9 counter
 *
 * The time lasts until 2093-09-06.  A region is a data centre, a node is a
 * process in it.
 *
 * Invariant: a generator makes ids only within the span of time that it was
 * granted, each once and in ascending order, whatever the wall clock does.  Two
 * ids are therefore equal only if the same span of the same node of the same
 * region was granted twice; lib/im/site/node rules that out.
 *
 * A ms holds 512 ids.  When they are used up, or the wall clock stands still or
 * goes back, the generator continues with the next ms, ahead of the clock,
 * until its span ends.
 *
 * Threads may share a generator: it has a mutex.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <pthread.h>
#include <stdint.h>

#define ID_EPOCH_MS   INT64_C(1704067200000)
#define ID_LAST_MS    (ID_EPOCH_MS + (INT64_C(1) << 41) - 1)
#define ID_REGION_MAX 31
#define ID_NODE_MAX   255

struct id_gen {
	pthread_mutex_t lock;
	int region;
	int node;
	int64_t last_ms, until_ms; /* since 1970 */
	int counter;               /* the last one used in last_ms */
};

/* Without a span: until id_gen_grant(), id_next() returns 0. */
void id_gen_init(struct id_gen *g, int region);

/*
 * Grants the span (after_ms, until_ms], in ms since 1970 and at most
 * ID_LAST_MS, under the number `node`.  Ids remain ascending across grants.
 */
void id_gen_grant(struct id_gen *g, int node, int64_t after_ms,
    int64_t until_ms);

/* 0: the span is used up, or the clock is past it. */
int64_t id_next(struct id_gen *g);

/* The time of the newest id: no id so far is later, no future one earlier. */
int64_t id_gen_last_ms(struct id_gen *g);

/*
 * The time with random bits below it, for rows that never leave their region
 * and whose id is not visible outside.
 */
int64_t id_random(void);

int64_t id_time_ms(int64_t id);
/* No id of that time, or of a later one, is below it. */
int64_t id_first_at(int64_t ms);
int id_region(int64_t id);
int id_node(int64_t id);

#endif
