/* Lanes of waiting requests, and who works for them.  The transaction is in
 * append_batch.c. */
#include "im/conv/append.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/conv/append_run.h"
#include "im/conv/append_waiter.h"

/* A transaction stays well below the database's max_allowed_packet. */
#define BATCH_BYTES_MAX (1 << 20)
/* A lane that waits longer for its lock is stuck. */
#define STUCK_MS 250
/* Sends that may wait in lanes while one is stuck.  Should each be another
 * thread's, a quarter of those that a message service has by default wait. */
#define WAITING_MAX 16

/* A queue, and a connection for the thread that leads it. */
struct lane {
	int64_t conv_id; /* 0: the main lane, for all that are not locked */
	struct append_request *first, **last; /* waiting, in order */
	bool led;                             /* the main one: by a waiter */
	struct appender *appender;
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
	size_t waiting;   /* requests in them */
	size_t n_leaders; /* their threads */
	pthread_cond_t no_leaders;
};

static void lane_init(struct lane *l, struct appender *ap)
{
	l->last = &l->first;
	arena_init(&l->arena);
	l->tools.db = db_new("append");
	db_pipeline(l->tools.db);
	l->tools.a = &l->arena;
	l->tools.server = ap->server;
	l->appender = ap;
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
	pthread_cond_init(&ap->no_leaders, NULL);
	ap->server = server;
	lane_init(&ap->main, ap);
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
	/* Those of lanes have told the last waiter before they end. */
	pthread_mutex_lock(&(*ap)->lock);
	while ((*ap)->n_leaders)
		pthread_cond_wait(&(*ap)->no_leaders, &(*ap)->lock);
	pthread_mutex_unlock(&(*ap)->lock);
	BUG_ON((*ap)->main.first != NULL || (*ap)->main.led || (*ap)->lanes);
	while ((l = (*ap)->idle) != NULL) {
		(*ap)->idle = l->next;
		lane_release(l);
		free(l);
	}
	lane_release(&(*ap)->main);
	pthread_mutex_destroy(&(*ap)->lock);
	pthread_cond_destroy(&(*ap)->no_leaders);
	free(*ap);
	*ap = NULL;
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
		lane_init(l, ap);
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
	append_wake_done(rq->waiter);
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
		append_wake(rq->waiter);
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
 * give up.  What goes together is taken together. */
static size_t take(struct appender *ap, struct lane *l,
    struct append_request ***batch_out)
{
	size_t n = 0, max = (size_t)conf.append.batch_max, bytes = 0;
	struct append_request **batch, *rq;
	const struct append_waiter *with = NULL; /* the next one of these */
	struct lane *own;

	if (l != &ap->main)
		max = l->free ? WAITING_MAX : 1;
	batch = ARENA_ARRAY(&l->arena, max + APPEND_TOGETHER_MAX,
	    struct append_request *);
	while ((rq = l->first) != NULL &&
	       (n < max ||
		   (n < max + APPEND_TOGETHER_MAX && rq->waiter == with))) {
		own = l == &ap->main && ap->lanes ? lane_of(ap, rq->conv_id)
						  : NULL;
		if (own) {
			with = rq->with_next ? rq->waiter : NULL;
			divert(ap, own, pop(l));
			continue;
		}
		bytes += bytes_of(rq);
		if (n && bytes > BATCH_BYTES_MAX && rq->waiter != with)
			break;
		with = rq->with_next ? rq->waiter : NULL;
		rq->taken = true;
		batch[n++] = pop(l);
	}
	*batch_out = batch;
	return n;
}

/* ---- work ---- */

static void *lead_lane(void *lane);

/* Without one, those who come are told to come again. */
static void start_leader(struct appender *ap, struct lane *l)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, lead_lane, l) == 0) {
		pthread_detach(thread);
		ap->n_leaders++;
		return;
	}
	log_error("append_lane", "error=no_thread");
	while (l->first)
		turn_away(ap, pop(l));
	close_lane(ap, l);
}

static void settle(struct appender *ap, struct lane *from,
    struct append_request *rq)
{
	struct lane *l;

	if (rq->locked) {
		l = lane_of(ap, rq->conv_id);
		if (l) {
			divert(ap, l, rq);
			return;
		}
		l = open_lane(ap, rq->conv_id);
		divert(ap, l, rq);
		start_leader(ap, l);
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

/* One of those who wait leads next. */
static void pass_lead(const struct lane *l)
{
	if (l->first)
		append_wake(l->first->waiter);
}

/* A lane of its own has a thread as long as somebody waits there. */
static void *lead_lane(void *arg)
{
	struct lane *l = arg;
	struct appender *ap = l->appender;

	pthread_mutex_lock(&ap->lock);
	while (l->first)
		work(ap, l);
	close_lane(ap, l);
	if (--ap->n_leaders == 0)
		pthread_cond_broadcast(&ap->no_leaders);
	pthread_mutex_unlock(&ap->lock);
	return NULL;
}

/* ---- the requests of a caller ---- */

/* Linked by `also`; done() is told of each that is done. */
struct group {
	struct append_request *first;
	append_done *done;
	void *arg;
};

static void tell(const struct group *g, struct append_request *list)
{
	struct append_request *also;

	for (; list; list = also) {
		also = list->also;
		if (g->done)
			g->done(g->arg, list);
	}
}

/* Removes those that are done from the group. */
static struct append_request *take_done(struct group *g)
{
	struct append_request *done = NULL, **end = &done, **at = &g->first;

	while (*at) {
		struct append_request *rq = *at;

		if (!rq->done) {
			at = &rq->also;
			continue;
		}
		*at = rq->also;
		rq->also = NULL;
		*end = rq;
		end = &rq->also;
	}
	return done;
}

static bool waits_in(const struct group *g, const struct lane *l)
{
	const struct append_request *rq = g->first;

	while (rq && (rq->done || rq->lane != l))
		rq = rq->also;
	return rq;
}

/* Works until none of the caller's own is in the main lane, then lets another
 * thread lead. */
static void lead(struct appender *ap, const struct group *g)
{
	ap->main.led = true;
	while (waits_in(g, &ap->main))
		work(ap, &ap->main);
	ap->main.led = false;
	pass_lead(&ap->main);
}

static void give_up(struct appender *ap, const struct group *g)
{
	for (struct append_request *rq = g->first; rq; rq = rq->also)
		if (!rq->done && !rq->taken && is_crowded(ap, rq->lane)) {
			drop(rq->lane, rq);
			turn_away(ap, rq);
		}
}

/*
 * Others work.  Returns true, without the lock, if all are done.  Who waits
 * only for the main lane is woken when that is so; the main lane has no crowd.
 */
static bool follow(struct appender *ap, struct append_waiter *w,
    const struct group *g)
{
	bool in_lane = false;

	for (const struct append_request *rq = g->first; rq; rq = rq->also)
		in_lane |= rq->lane != &ap->main;
	pthread_mutex_unlock(&ap->lock);
	if (append_sleep(w, in_lane ? STUCK_MS : 0))
		return true;
	pthread_mutex_lock(&ap->lock);
	give_up(ap, g);
	return false;
}

/* Called with the lock held, returns without it. */
static void wait_all(struct appender *ap, struct append_waiter *w,
    struct group *g)
{
	struct append_request *done;

	for (;;) {
		done = take_done(g);
		if (done) {
			pthread_mutex_unlock(&ap->lock);
			tell(g, done);
			if (!g->first)
				return;
			pthread_mutex_lock(&ap->lock);
		} else if (!ap->main.led && waits_in(g, &ap->main)) {
			lead(ap, g);
		} else if (follow(ap, w, g)) {
			tell(g, g->first);
			return;
		}
	}
}

static void send_group(struct appender *ap, struct group *g, size_t n)
{
	struct append_waiter w;

	BUG_ON(n == 0);
	append_waiter_init(&w, n);
	pthread_mutex_lock(&ap->lock);
	for (struct append_request *rq = g->first; rq; rq = rq->also) {
		rq->waiter = &w;
		enqueue(ap, rq);
	}
	wait_all(ap, &w, g);
	append_waiter_release(&w);
}

void append_send_all(struct appender *ap, struct append_request *rqs, size_t n)
{
	struct group g = { .first = rqs };

	for (size_t i = 0; i < n; i++)
		rqs[i].also = i + 1 < n ? &rqs[i + 1] : NULL;
	send_group(ap, &g, n);
}

void append_send_each(struct appender *ap, struct append_request *const *rqs,
    size_t n, append_done *done, void *arg)
{
	struct group g = { rqs[0], done, arg };

	for (size_t i = 0; i < n; i++)
		rqs[i]->also = i + 1 < n ? rqs[i + 1] : NULL;
	send_group(ap, &g, n);
}

int append_send(struct appender *ap, struct append_request *rq,
    struct error *err)
{
	append_send_all(ap, rq, 1);
	if (rq->result != 0)
		*err = rq->error;
	return rq->result;
}
