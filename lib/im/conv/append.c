/* The queue and the leader.  The transaction is in append_batch.c. */
#include "im/conv/append.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/stat.h"
#include "im/conv/append_batch.h"

struct appender {
	pthread_mutex_t lock;
	pthread_cond_t changed;               /* a batch is done */
	struct append_request *first, **last; /* waiting, in order */
	bool led;                             /* a leader is at work */

	/* Used by the leader. */
	struct db *db;
	struct arena arena;
};

struct appender *appender_new(void)
{
	struct appender *ap = calloc(1, sizeof(*ap));

	if (!ap)
		die(EX_OSERR, "out of memory");
	pthread_mutex_init(&ap->lock, NULL);
	pthread_cond_init(&ap->changed, NULL);
	ap->last = &ap->first;
	ap->db = db_new("append");
	arena_init(&ap->arena);
	return ap;
}

void appender_free(struct appender **ap)
{
	if (!*ap)
		return;
	BUG_ON((*ap)->first != NULL || (*ap)->led);
	db_free(&(*ap)->db);
	arena_release(&(*ap)->arena);
	pthread_cond_destroy(&(*ap)->changed);
	pthread_mutex_destroy(&(*ap)->lock);
	free(*ap);
	*ap = NULL;
}

static void enqueue(struct appender *ap, struct append_request *rq)
{
	rq->next = NULL;
	rq->done = false;
	*ap->last = rq;
	ap->last = &rq->next;
}

/* Takes the head of the queue, at most batch_max requests. */
static size_t take(struct appender *ap, struct append_request ***batch_out)
{
	struct append_request **batch, *rq;
	size_t n = 0, max = (size_t)conf.append.batch_max;

	batch = ARENA_ARRAY(&ap->arena, max, struct append_request *);
	while (n < max && (rq = ap->first) != NULL) {
		ap->first = rq->next;
		batch[n++] = rq;
	}
	if (!ap->first)
		ap->last = &ap->first;
	*batch_out = batch;
	return n;
}

static void count(struct append_request *const *batch, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct append_request *rq = batch[i];

		if (rq->result == 0)
			stat_add(rq->duplicate ? STAT_SEND_DUPLICATE
					       : STAT_SEND_ACCEPTED,
			    1);
		else if (rq->error.code == ERR_UNCERTAIN)
			stat_add(STAT_SEND_UNCERTAIN, 1);
		else
			stat_add(STAT_SEND_REFUSED, 1);
	}
}

/* Works until the caller's own requests are done, then lets another thread
 * lead.  Called and returns with the lock held. */
static void lead(struct appender *ap, const struct append_request *own)
{
	struct append_request **batch;
	size_t n, i;

	ap->led = true;
	while (!own->done) {
		n = take(ap, &batch);
		pthread_mutex_unlock(&ap->lock);
		append_batch(ap->db, &ap->arena, batch, n,
		    conf.append.uncertain_ms);
		count(batch, n);
		pthread_mutex_lock(&ap->lock);
		for (i = 0; i < n; i++)
			batch[i]->done = true;
		arena_rewind(&ap->arena);
		pthread_cond_broadcast(&ap->changed);
	}
	ap->led = false;
}

void append_send_all(struct appender *ap, struct append_request *rqs, size_t n)
{
	const struct append_request *last = &rqs[n - 1];
	size_t i;

	BUG_ON(n == 0);
	pthread_mutex_lock(&ap->lock);
	for (i = 0; i < n; i++)
		enqueue(ap, &rqs[i]);
	while (!last->done) {
		if (!ap->led)
			lead(ap, last);
		else
			pthread_cond_wait(&ap->changed, &ap->lock);
	}
	pthread_mutex_unlock(&ap->lock);
}

int append_send(struct appender *ap, struct append_request *rq,
    struct error *err)
{
	append_send_all(ap, rq, 1);
	if (rq->result != 0)
		*err = rq->error;
	return rq->result;
}
