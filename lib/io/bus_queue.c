#include "io/bus_queue.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/stat.h"

struct bus_queue {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* a batch waits, or the end has come */
	pthread_t thread;
	bool has_thread, ends;
	struct bus_batch *first, **last; /* waiting */
	size_t n;
	struct bus_batch *idle;
};

struct bus_queue *bus_queue_new(void)
{
	struct bus_queue *q = calloc(1, sizeof(*q));

	if (!q)
		die(EX_OSERR, "out of memory");
	q->last = &q->first;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->changed, NULL);
	return q;
}

/* ---- with the lock held ---- */

static struct bus_batch *pop(struct bus_queue *q)
{
	struct bus_batch *b = q->first;

	q->first = b->next;
	if (!q->first)
		q->last = &q->first;
	q->n--;
	return b;
}

static void give_back(struct bus_queue *q, struct bus_batch *b)
{
	b->frames = NULL;
	b->n = 0;
	b->next = q->idle;
	q->idle = b;
}

/* ---- the thread ---- */

static void *run(void *arg)
{
	struct bus_queue *q = arg;
	struct cache *cache = cache_new();
	struct bus *bus = bus_new(cache);

	pthread_mutex_lock(&q->lock);
	while (q->first || !q->ends) {
		struct bus_batch *b;

		if (!q->first) {
			pthread_cond_wait(&q->changed, &q->lock);
			continue;
		}
		b = pop(q);
		pthread_mutex_unlock(&q->lock);
		bus_publish_all(bus, &b->a, b->frames, b->n);
		arena_rewind(&b->a);
		pthread_mutex_lock(&q->lock);
		give_back(q, b);
	}
	pthread_mutex_unlock(&q->lock);
	bus_free(&bus);
	cache_free(&cache);
	return NULL;
}

/* Signals are for the other threads. */
static void start(struct bus_queue *q)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&q->thread, NULL, run, q))
		die(EX_OSERR, "no thread for the bus");
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	q->has_thread = true;
}

/* ---- the callers ---- */

struct bus_batch *bus_queue_take(struct bus_queue *q)
{
	struct bus_batch *b;

	pthread_mutex_lock(&q->lock);
	b = q->idle;
	if (b)
		q->idle = b->next;
	pthread_mutex_unlock(&q->lock);
	if (b)
		return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		die(EX_OSERR, "out of memory");
	arena_init(&b->a);
	return b;
}

void bus_queue_put(struct bus_queue *q, struct bus_batch *b)
{
	pthread_mutex_lock(&q->lock);
	if (!b->n || q->n >= BUS_QUEUE_MAX) {
		stat_add(STAT_BUS_DROPPED, (int64_t)b->n);
		arena_rewind(&b->a);
		give_back(q, b);
	} else {
		b->next = NULL;
		*q->last = b;
		q->last = &b->next;
		q->n++;
		if (!q->has_thread)
			start(q);
		pthread_cond_signal(&q->changed);
	}
	pthread_mutex_unlock(&q->lock);
}

void bus_queue_free(struct bus_queue **q)
{
	struct bus_batch *b;

	if (!*q)
		return;
	pthread_mutex_lock(&(*q)->lock);
	(*q)->ends = true;
	pthread_cond_signal(&(*q)->changed);
	pthread_mutex_unlock(&(*q)->lock);
	if ((*q)->has_thread)
		pthread_join((*q)->thread, NULL);
	while ((b = (*q)->idle) != NULL) {
		(*q)->idle = b->next;
		arena_release(&b->a);
		free(b);
	}
	pthread_cond_destroy(&(*q)->changed);
	pthread_mutex_destroy(&(*q)->lock);
	free(*q);
	*q = NULL;
}
