#include "gateway/call_queue.h"

#include <stdlib.h>

#include "base/err.h"

struct call_turn {
	struct call_turn *prev, *next;
	struct queued *first, *last;
	size_t n;
	int64_t key; /* in `users`; 0: not in it */
};

/* ---- turns ---- */

static void put_last(struct call_queue *q, struct call_turn *t)
{
	t->prev = q->last;
	t->next = NULL;
	if (q->last)
		q->last->next = t;
	else
		q->first = t;
	q->last = t;
}

static void put_first(struct call_queue *q, struct call_turn *t)
{
	t->prev = NULL;
	t->next = q->first;
	if (q->first)
		q->first->prev = t;
	else
		q->last = t;
	q->first = t;
}

static void unlink_turn(struct call_queue *q, struct call_turn *t)
{
	if (t->prev)
		t->prev->next = t->next;
	else
		q->first = t->next;
	if (t->next)
		t->next->prev = t->prev;
	else
		q->last = t->prev;
}

static struct call_turn *turn_new(void)
{
	struct call_turn *t = calloc(1, sizeof(*t));

	if (!t)
		die(EX_OSERR, "out of memory");
	return t;
}

static struct call_turn *turn_of(struct call_queue *q, int64_t user_id)
{
	struct call_turn *t = user_id ? idmap_find(&q->users, user_id) : NULL;

	if (t)
		return t;
	t = turn_new();
	t->key = user_id;
	if (user_id)
		idmap_add(&q->users, user_id, t);
	put_last(q, t);
	return t;
}

/* ---- calls ---- */

static void append(struct call_queue *q, struct call_turn *t, struct queued *c)
{
	c->turn = t;
	c->prev = t->last;
	c->next = NULL;
	if (t->last)
		t->last->next = c;
	else
		t->first = c;
	t->last = c;
	t->n++;
	q->n++;
}

bool call_queue_has_room(const struct call_queue *q, int64_t user_id)
{
	const struct call_turn *t = user_id ? idmap_find(&q->users, user_id)
					    : NULL;

	return q->n < CALL_QUEUE_MAX && (!t || t->n < CALL_QUEUE_USER_MAX);
}

void call_queue_add(struct call_queue *q, struct queued *c)
{
	append(q, turn_of(q, c->user_id), c);
}

void call_queue_add_front(struct call_queue *q, struct queued *c)
{
	struct call_turn *t = turn_new();

	put_first(q, t);
	append(q, t, c);
}

void call_queue_remove(struct call_queue *q, struct queued *c)
{
	struct call_turn *t = c->turn;

	if (c->prev)
		c->prev->next = c->next;
	else
		t->first = c->next;
	if (c->next)
		c->next->prev = c->prev;
	else
		t->last = c->prev;
	c->turn = NULL;
	t->n--;
	q->n--;
	if (t->n)
		return;
	unlink_turn(q, t);
	if (t->key)
		idmap_remove(&q->users, t->key);
	free(t);
}

struct queued *call_queue_first(const struct call_queue *q)
{
	return q->first ? q->first->first : NULL;
}

struct queued *call_queue_take(struct call_queue *q)
{
	struct call_turn *t = q->first;
	struct queued *c = t->first;

	if (t->n > 1) {
		unlink_turn(q, t);
		put_last(q, t);
	}
	call_queue_remove(q, c);
	return c;
}
