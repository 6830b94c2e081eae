/* Lanes of waiting requests, and who works for them.  The transaction is in
 * append_batch.c. */
#include "im/conv/append.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/stat.h"
#include "im/conv/append_run.h"

/* A transaction stays well below the database's max_allowed_packet. */
#define BATCH_BYTES_MAX (1 << 20)
/* A lane that waits longer for its lock is stuck. */
#define STUCK_MS 250
/* Sends that may wait in lanes while one is stuck: a quarter of the threads
 * that a message service has by default. */
#define WAITING_MAX 16

/*
 * A thread with its requests.  Whoever holds the appender's lock may wake it;
 * it has a lock of its own, so that threads that are done do not queue up for
 * that of the appender.
 */
struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t left; /* requests that are not done */
	bool look;   /* at its lane, which may need a leader */
	const struct append_request *at; /* what it waits for */
};

/* A queue, and a connection for the thread that leads it. */
struct lane {
	int64_t conv_id; /* 0: the main lane, for all that are not locked */
	struct append_request *first, **last; /* waiting, in order */
	bool led;                             /* a leader is at work */
	bool free;         /* none runs, and the last got its lock */
	int64_t since_ms;  /* when the transaction began; 0: none runs */
	struct lane *next; /* of those in use, or of the idle ones */

	struct arena arena; /* these two: used by the leader */
	struct append_tools tools;
};

struct appender {
	const struct append_server *server;
	pthread_mutex_t lock;
	struct lane main;
	struct lane *lanes; /* of conversations whose logs are locked */
	struct lane *idle;
	size_t waiting; /* requests in them */
};

static void lane_init(struct lane *l, const struct append_server *server)
{
	l->last = &l->first;
	arena_init(&l->arena);
	l->tools.db = db_new("append");
	l->tools.a = &l->arena;
	l->tools.server = server;
}

static void lane_release(struct lane *l)
{
	if (l->tools.serving)
		l->tools.server->close(&l->tools.serving);
	db_free(&l->tools.db);
	append_own_free(&l->tools.own);
	append_known_free(&l->tools.known);
	arena_release(&l->arena);
}

struct appender *appender_new(const struct append_server *server)
{
	struct appender *ap = calloc(1, sizeof(*ap));

	if (!ap)
		die(EX_OSERR, "out of memory");
	pthread_mutex_init(&ap->lock, NULL);
	ap->server = server;
	lane_init(&ap->main, server);
	ap->main.tools.own = append_own_new();
	if (server)
		ap->main.tools.known = append_known_new();
	return ap;
}

void appender_free(struct appender **ap)
{
	struct lane *l;

	if (!*ap)
		return;
	BUG_ON((*ap)->main.first != NULL || (*ap)->main.led || (*ap)->lanes);
	while ((l = (*ap)->idle) != NULL) {
		(*ap)->idle = l->next;
		lane_release(l);
		free(l);
	}
	lane_release(&(*ap)->main);
	pthread_mutex_destroy(&(*ap)->lock);
	free(*ap);
	*ap = NULL;
}

/* ---- waiters ---- */

static void waiter_init(struct waiter *w, size_t n)
{
	pthread_condattr_t attr;

	*w = (struct waiter){ .left = n };
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, &attr);
	pthread_condattr_destroy(&attr);
}

static void waiter_release(struct waiter *w)
{
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
}

static void wake(struct waiter *w)
{
	pthread_mutex_lock(&w->lock);
	w->look = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

/* One more is done.  After the last one *w may be gone. */
static void wake_done(struct waiter *w)
{
	pthread_mutex_lock(&w->lock);
	if (--w->left == 0)
		pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

static struct timespec time_in(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

/* Without the appender's lock; at most ms, if not 0.  True: all are done. */
static bool waiter_sleep(struct waiter *w, int64_t ms)
{
	struct timespec until = time_in(ms);
	int rc = 0;
	bool done;

	pthread_mutex_lock(&w->lock);
	while (w->left && !w->look && rc != ETIMEDOUT)
		rc = ms ? pthread_cond_timedwait(&w->changed, &w->lock, &until)
			: pthread_cond_wait(&w->changed, &w->lock);
	w->look = false;
	done = !w->left;
	pthread_mutex_unlock(&w->lock);
	return done;
}

/* ---- queues; with the lock held ---- */

static void push(struct lane *l, struct append_request *rq)
{
	rq->lane = l;
	rq->next = NULL;
	rq->taken = false;
	*l->last = rq;
	l->last = &rq->next;
}

static struct append_request *pop(struct lane *l)
{
	struct append_request *rq = l->first;

	l->first = rq->next;
	if (!l->first)
		l->last = &l->first;
	return rq;
}

static void drop(struct lane *l, const struct append_request *rq)
{
	struct append_request **at = &l->first;

	while (*at != rq)
		at = &(*at)->next;
	*at = rq->next;
	if (!*at)
		l->last = at;
}

static struct lane *lane_of(const struct appender *ap, int64_t conv_id)
{
	struct lane *l = ap->lanes;

	while (l && l->conv_id != conv_id)
		l = l->next;
	return l;
}

static struct lane *open_lane(struct appender *ap, int64_t conv_id)
{
	struct lane *l = ap->idle;

	if (l) {
		ap->idle = l->next;
	} else {
		l = calloc(1, sizeof(*l));
		if (!l)
			die(EX_OSERR, "out of memory");
		lane_init(l, ap->server);
	}
	l->conv_id = conv_id;
	l->free = false;
	l->since_ms = clock_mono_ms();
	l->next = ap->lanes;
	ap->lanes = l;
	return l;
}

static void close_lane(struct appender *ap, struct lane *l)
{
	struct lane **at = &ap->lanes;

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	l->next = ap->idle;
	ap->idle = l;
}

static void finish(struct append_request *rq)
{
	if (rq->result == 0)
		stat_add(rq->duplicate ? STAT_SEND_DUPLICATE
				       : STAT_SEND_ACCEPTED,
		    1);
	else if (rq->error.code == ERR_UNCERTAIN)
		stat_add(STAT_SEND_UNCERTAIN, 1);
	else
		stat_add(STAT_SEND_REFUSED, 1);
	rq->done = true;
	wake_done(rq->waiter);
}

static bool is_stuck(const struct lane *l)
{
	return !l->free && l->since_ms &&
	       clock_mono_ms() - l->since_ms >= STUCK_MS;
}

static bool is_crowded(const struct appender *ap, const struct lane *l)
{
	return ap->waiting > WAITING_MAX && is_stuck(l);
}

/* An earlier COMMIT of it may have succeeded: then it is not just busy. */
static void turn_away(struct appender *ap, struct append_request *rq)
{
	ap->waiting--;
	rq->result = -1;
	if (rq->uncertain)
		err_set(&rq->error, ERR_UNCERTAIN,
		    "the outcome could not be determined");
	else
		err_set(&rq->error, ERR_BUSY, "the conversation is locked");
	finish(rq);
}

/* Later requests for a conversation follow the first one that was locked, so
 * that their order is kept. */
static void divert(struct appender *ap, struct lane *l,
    struct append_request *rq)
{
	stat_add(STAT_APPEND_LOCKED, 1);
	ap->waiting++;
	push(l, rq);
	if (is_crowded(ap, l)) {
		drop(l, rq);
		turn_away(ap, rq);
	} else {
		wake(rq->waiter);
	}
}

static void enqueue(struct appender *ap, struct append_request *rq)
{
	struct lane *l = ap->lanes ? lane_of(ap, rq->conv_id) : NULL;

	rq->done = rq->uncertain = rq->due = false;
	if (l)
		divert(ap, l, rq);
	else
		push(&ap->main, rq);
}

static size_t bytes_of(const struct append_request *rq)
{
	return rq->body.len + 128 + 64 * rq->n_mentions;
}

/* Takes the head of the queue, at most batch_max requests; of a lane fewer,
 * and of one that may be stuck only one, because those that are taken cannot
 * give up. */
static size_t take(struct appender *ap, struct lane *l,
    struct append_request ***batch_out)
{
	size_t n = 0, max = (size_t)conf.append.batch_max, bytes = 0;
	struct append_request **batch, *rq;
	struct lane *own;

	if (l != &ap->main)
		max = l->free ? WAITING_MAX : 1;
	batch = ARENA_ARRAY(&l->arena, max, struct append_request *);
	while (n < max && (rq = l->first) != NULL) {
		own = l == &ap->main && ap->lanes ? lane_of(ap, rq->conv_id)
						  : NULL;
		if (own) {
			divert(ap, own, pop(l));
			continue;
		}
		bytes += bytes_of(rq);
		if (n && bytes > BATCH_BYTES_MAX)
			break;
		rq->taken = true;
		batch[n++] = pop(l);
	}
	*batch_out = batch;
	return n;
}

/* ---- work ---- */

static void settle(struct appender *ap, struct lane *from,
    struct append_request *rq)
{
	struct lane *l;

	if (rq->locked) {
		l = lane_of(ap, rq->conv_id);
		divert(ap, l ? l : open_lane(ap, rq->conv_id), rq);
		return;
	}
	if (from != &ap->main)
		ap->waiting--;
	finish(rq);
}

static void work(struct appender *ap, struct lane *l)
{
	struct append_request **batch;
	size_t n = take(ap, l, &batch);

	if (n == 0)
		return;
	l->free = false;
	l->since_ms = clock_mono_ms();
	pthread_mutex_unlock(&ap->lock);
	if (l->tools.server && !l->tools.serving)
		l->tools.serving = l->tools.server->open(l->tools.db);
	append_run(&l->tools, batch, n, l != &ap->main,
	    conf.append.uncertain_ms);
	pthread_mutex_lock(&ap->lock);
	l->since_ms = 0;
	l->free = n &&
		  (batch[0]->result == 0 || batch[0]->error.code != ERR_BUSY);
	for (size_t i = 0; i < n; i++)
		settle(ap, l, batch[i]);
	arena_rewind(&l->arena);
}

/* One of those who wait for this lane leads it next. */
static void pass_lead(const struct lane *l)
{
	for (const struct append_request *rq = l->first; rq; rq = rq->next)
		if (rq->waiter->at->lane == l) {
			wake(rq->waiter);
			return;
		}
}

/* Works until the caller's own request is done or in another lane, then lets
 * another thread lead.  Called and returns with the lock held. */
static void lead(struct appender *ap, struct lane *l,
    const struct append_request *own)
{
	l->led = true;
	while (!own->done && own->lane == l)
		work(ap, l);
	l->led = false;
	if (l->first)
		pass_lead(l);
	else if (l != &ap->main)
		close_lane(ap, l);
}

/* Another thread leads the lane of rq.  Returns true, without the lock, if all
 * requests of the caller are done. */
static bool follow(struct appender *ap, struct append_request *rq)
{
	bool is_main = rq->lane == &ap->main;

	pthread_mutex_unlock(&ap->lock);
	if (waiter_sleep(rq->waiter, is_main ? 0 : STUCK_MS))
		return true;
	pthread_mutex_lock(&ap->lock);
	if (!rq->done && !rq->taken && is_crowded(ap, rq->lane)) {
		drop(rq->lane, rq);
		turn_away(ap, rq);
	}
	return false;
}

/* The last first: usually, all are done then. */
static void wait_all(struct appender *ap, struct waiter *w,
    struct append_request *rqs, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		w->at = &rqs[i];
		while (!rqs[i].done) {
			if (!rqs[i].lane->led)
				lead(ap, rqs[i].lane, &rqs[i]);
			else if (follow(ap, &rqs[i]))
				return;
		}
	}
	pthread_mutex_unlock(&ap->lock);
}

void append_send_all(struct appender *ap, struct append_request *rqs, size_t n)
{
	struct waiter w;

	BUG_ON(n == 0);
	waiter_init(&w, n);
	pthread_mutex_lock(&ap->lock);
	w.at = &rqs[n - 1];
	for (size_t i = 0; i < n; i++) {
		rqs[i].waiter = &w;
		enqueue(ap, &rqs[i]);
	}
	wait_all(ap, &w, rqs, n);
	waiter_release(&w);
}

int append_send(struct appender *ap, struct append_request *rq,
    struct error *err)
{
	append_send_all(ap, rq, 1);
	if (rq->result != 0)
		*err = rq->error;
	return rq->result;
}
