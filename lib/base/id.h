/*
 * id: 64-bit ids that need no central counter and sort by time ("snowflake").
 *
 *   bit 63: 0 | 41 bits ms since 2024-01-01 | 10 bits node | 12 bits counter
 *
 * Invariant: two generators with different nodes never give the same id, and
 * one generator gives ascending ids, also when the wall clock goes back (it
 * then stays at its newest ms and counts on).  Who may use which node is
 * settled by a lease in the database (lib/im/node).  A generator may be
 * shared by threads: it locks.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <pthread.h>
#include <stdint.h>

#define ID_EPOCH_MS INT64_C(1704067200000)
#define ID_NODE_MAX 1023

struct id_gen {
	pthread_mutex_t lock;
	int node; /* 0..ID_NODE_MAX */
	int64_t last_ms;
	int counter;
};

void id_gen_init(struct id_gen *g, int node);
void id_gen_set_node(struct id_gen *g, int node);
int64_t id_next(struct id_gen *g);

/* The time that an id carries. */
int64_t id_time_ms(int64_t id);

#endif
