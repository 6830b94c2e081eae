#include "gateway/call_queue.h"

#include <stdlib.h>

#include "base/err.h"

struct call_turn {
	struct call_turn *prev, *next;
	struct queued *first, *last;
	struct call_line *line;
	size_t n;
	int64_t key; /* in `users`; 0: not in it */
};

/* ---- turns ---- */

enum { LINE_USERS, LINE_OPENINGS };

static void put_last(struct call_line *l, struct call_turn *t)
{
	t->prev = l->last;
	t->next = NULL;
	if (l->last)
		l->last->next = t;
	else
		l->first = t;
	l->last = t;
}

static void put_first(struct call_line *l, struct call_turn *t)
{
	t->prev = NULL;
	t->next = l->first;
	if (l->first)
		l->first->prev = t;
	else
		l->last = t;
	l->first = t;
}

static void unlink_turn(struct call_line *l, struct call_turn *t)
{
	if (t->prev)
		t->prev->next = t->next;
	else
		l->first = t->next;
	if (t->next)
		t->next->prev = t->prev;
	else
		l->last = t->prev;
}

static struct call_line *line_of(struct call_queue *q, const struct queued *c)
{
	return &q->lines[c->opening ? LINE_OPENINGS : LINE_USERS];
}

static struct call_turn *turn_new(struct call_line *l)
{
	struct call_turn *t = calloc(1, sizeof(*t));

	if (!t)
		die(EX_OSERR, "out of memory");
	t->line = l;
	return t;
}

static struct call_turn *turn_of(struct call_queue *q, const struct queued *c)
{
	int64_t user_id = c->opening ? 0 : c->user_id;
	struct call_turn *t = user_id ? idmap_find(&q->users, user_id) : NULL;

	if (t)
		return t;
	t = turn_new(line_of(q, c));
	t->key = user_id;
	if (user_id)
		idmap_add(&q->users, user_id, t);
	put_last(t->line, t);
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
	t->line->n++;
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
	append(q, turn_of(q, c), c);
}

void call_queue_add_front(struct call_queue *q, struct queued *c)
{
	struct call_turn *t = turn_new(line_of(q, c));

	put_first(t->line, t);
	append(q, t, c);
	q->next = c->opening ? LINE_OPENINGS : LINE_USERS;
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
	t->line->n--;
	q->n--;
	if (t->n)
		return;
	unlink_turn(t->line, t);
	if (t->key)
		idmap_remove(&q->users, t->key);
	free(t);
}

/* The line from which the next call is taken; it may be empty. */
static const struct call_line *next_line(const struct call_queue *q)
{
	return q->lines[q->next].n ? &q->lines[q->next] : &q->lines[!q->next];
}

struct queued *call_queue_first(const struct call_queue *q)
{
	const struct call_line *l = next_line(q);

	return l->first ? l->first->first : NULL;
}

struct queued *call_queue_take(struct call_queue *q)
{
	struct call_turn *t = next_line(q)->first;
	struct queued *c = t->first;

	q->next = !c->opening;
	if (t->n > 1) {
		unlink_turn(t->line, t);
		put_last(t->line, t);
	}
	call_queue_remove(q, c);
	return c;
}

struct queued *call_queue_opening(const struct call_queue *q)
{
	const struct call_line *l = &q->lines[LINE_OPENINGS];

	return l->first ? l->first->first : NULL;
}

size_t call_queue_ahead(const struct call_queue *q)
{
	size_t users = q->lines[LINE_USERS].n;
	size_t openings = q->lines[LINE_OPENINGS].n;

	return openings + (users < openings + 1 ? users : openings + 1);
}
