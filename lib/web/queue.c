#include "web/queue.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/stat.h"

void web_queue_init(struct web_queue *q, size_t max)
{
	*q = (struct web_queue){ .max = max };
	q->items = calloc(max, sizeof(*q->items));
	if (!q->items)
		die(EX_OSERR, "out of memory");
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->filled, NULL);
}

void web_queue_release(struct web_queue *q)
{
	pthread_cond_destroy(&q->filled);
	pthread_mutex_destroy(&q->lock);
	free(q->items);
	q->items = NULL;
}

bool web_queue_put(struct web_queue *q, void *item)
{
	bool fits;

	pthread_mutex_lock(&q->lock);
	BUG_ON(q->closed);
	fits = q->n < q->max;
	if (fits) {
		q->items[(q->first + q->n++) % q->max] = item;
		stat_set(STAT_HTTP_WAITING, (int64_t)q->n);
		pthread_cond_signal(&q->filled);
	}
	pthread_mutex_unlock(&q->lock);
	return fits;
}

void *web_queue_take(struct web_queue *q)
{
	void *item = NULL;

	pthread_mutex_lock(&q->lock);
	while (!q->n && !q->closed)
		pthread_cond_wait(&q->filled, &q->lock);
	if (q->n) {
		item = q->items[q->first];
		q->first = (q->first + 1) % q->max;
		q->n--;
		stat_set(STAT_HTTP_WAITING, (int64_t)q->n);
	}
	pthread_mutex_unlock(&q->lock);
	return item;
}

void web_queue_close(struct web_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->filled);
	pthread_mutex_unlock(&q->lock);
}
