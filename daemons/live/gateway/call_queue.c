#include "gateway/call_queue.h"

#include <stdlib.h>

#include "base/err.h"

struct call_turn {
	struct call_turn *prev, *next;
	struct queued *first, *last;
	struct call_line *line;
	size_t n, busy; /* calls that wait; that are under way */
	bool in_line;
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
	t->in_line = true;
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
	t->in_line = true;
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
	t->in_line = false;
}

static bool has_share(const struct call_queue *q, const struct call_turn *t)
{
	return !q->share || !t->key || t->busy < q->share;
}

/* Into the line or out of it. */
static void settle(struct call_queue *q, struct call_turn *t)
{
	bool waits = t->n && has_share(q, t);

	if (waits && !t->in_line)
		put_last(t->line, t);
	if (!waits && t->in_line)
		unlink_turn(t->line, t);
	if (t->n || t->busy)
		return;
	if (t->key)
		idmap_remove(&q->users, t->key);
	free(t);
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

static struct call_turn *find_turn(const struct call_queue *q, int64_t user_id)
{
	return user_id ? idmap_find(&q->users, user_id) : NULL;
}

static int64_t key_of(const struct queued *c)
{
	return c->opening ? 0 : c->user_id;
}

static struct call_turn *turn_of(struct call_queue *q, const struct queued *c)
{
	int64_t user_id = key_of(c);
	struct call_turn *t = find_turn(q, user_id);

	if (t)
		return t;
	t = turn_new(line_of(q, c));
	t->key = user_id;
	if (user_id)
		idmap_add(&q->users, user_id, t);
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

bool call_queue_has_share(const struct call_queue *q, const struct queued *c)
{
	const struct call_turn *t = find_turn(q, key_of(c));

	return !t || has_share(q, t);
}

void call_queue_begin(struct call_queue *q, const struct queued *c)
{
	struct call_turn *t;

	if (!key_of(c))
		return;
	t = turn_of(q, c);
	t->busy++;
	settle(q, t);
}

void call_queue_end(struct call_queue *q, const struct queued *c)
{
	struct call_turn *t = find_turn(q, key_of(c));

	if (!t)
		return;
	t->busy--;
	settle(q, t);
}

bool call_queue_has_room(const struct call_queue *q, int64_t user_id)
{
	const struct call_turn *t = find_turn(q, user_id);

	return q->n < CALL_QUEUE_MAX && (!t || t->n < CALL_QUEUE_USER_MAX);
}

void call_queue_add(struct call_queue *q, struct queued *c)
{
	struct call_turn *t = turn_of(q, c);

	append(q, t, c);
	settle(q, t);
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
	settle(q, t);
}

/* The line from which the next call is taken; it may be empty. */
static const struct call_line *next_line(const struct call_queue *q)
{
	return q->lines[q->next].first ? &q->lines[q->next]
				       : &q->lines[!q->next];
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
