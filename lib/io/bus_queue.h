/*
 * bus_queue: publishes on a thread of its own, in order, so that no caller
 * waits for memcached or for a node.
 *
 * Batches that are put go out one after another, by a publisher (io/bus.h) of
 * the queue's own.  Events are hints: while more than BUS_QUEUE_MAX batches
 * wait, further ones are dropped, and counted.
 */
#ifndef IO_BUS_QUEUE_H
#define IO_BUS_QUEUE_H

#include "base/arena.h"
#include "io/bus.h"

#define BUS_QUEUE_MAX 1000

/* Frames that are published together. */
struct bus_batch {
	struct arena a; /* where they and all that they point to live */
	struct bus_frame *frames;
	size_t n;
	struct bus_batch *next; /* private */
};

/* May be used by several threads.  Reads [bus] and [cache], and starts its
 * thread, with the first batch. */
struct bus_queue;
struct bus_queue *bus_queue_new(void);
/* Returns when all batches are out. */
void bus_queue_free(struct bus_queue **q);

/* An empty batch, to be put. */
struct bus_batch *bus_queue_take(struct bus_queue *q);
void bus_queue_put(struct bus_queue *q, struct bus_batch *b);

#endif
