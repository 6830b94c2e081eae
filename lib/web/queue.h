/*
 * queue: requests that wait for a thread of their kind, first come, first
 * served.
 *
 * It never has more than max items, and a full one refuses: who comes then is
 * told to come again, instead of waiting without end.  The items belong to the
 * caller.  Shared by threads.
 */
#ifndef WEB_QUEUE_H
#define WEB_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct web_queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	void **items; /* a ring */
	size_t first, n, max;
	bool closed;
};

void web_queue_init(struct web_queue *q, size_t max);
void web_queue_release(struct web_queue *q);

/* False if it is full. */
bool web_queue_put(struct web_queue *q, void *item);
/* Waits for one; NULL when the queue is closed and empty. */
void *web_queue_take(struct web_queue *q);
/* Nothing is put any more. */
void web_queue_close(struct web_queue *q);

#endif
