#include "push/item.h"

#include <stdlib.h>

#include "base/err.h"

struct push_item *push_item_new(struct push_item **spare)
{
	struct push_item *i = *spare;

	if (i) {
		struct arena keep = i->arena;

		*spare = i->next;
		*i = (struct push_item){ .arena = keep };
		return i;
	}
	i = calloc(1, sizeof(*i));
	if (!i)
		die(EX_OSERR, "out of memory");
	arena_init(&i->arena);
	return i;
}

void push_item_put_back(struct push_item **spare, struct push_item *i)
{
	arena_rewind(&i->arena);
	i->next = *spare;
	*spare = i;
}

void push_item_free_all(struct push_item **spare)
{
	struct push_item *i;

	while ((i = *spare)) {
		*spare = i->next;
		arena_release(&i->arena);
		free(i);
	}
}

void push_item_set(struct push_item *i, const struct push_address *to,
    const struct push_notice *n)
{
	struct arena *a = &i->arena;

	i->to = *to;
	i->to.token = arena_str(a, to->token);
	i->to.kind = arena_str(a, to->kind);
	i->to.topic = arena_str(a, to->topic);
	i->to.p256dh = arena_str(a, to->p256dh);
	i->to.auth = arena_str(a, to->auth);
	i->notice = *n;
	i->notice.id = arena_str(a, n->id);
	i->notice.collapse = arena_str(a, n->collapse);
	i->notice.title = arena_str(a, n->title);
	i->notice.body = arena_str(a, n->body);
	i->notice.data = arena_str(a, n->data);
}

void push_queue_first(struct push_queue *q, struct push_item *i)
{
	i->next = q->first;
	q->first = i;
	if (!q->last)
		q->last = i;
	q->n++;
}

void push_queue_last(struct push_queue *q, struct push_item *i)
{
	i->next = NULL;
	if (q->last)
		q->last->next = i;
	else
		q->first = i;
	q->last = i;
	q->n++;
}

struct push_item *push_queue_take(struct push_queue *q)
{
	struct push_item *i = q->first;

	q->first = i->next;
	if (!q->first)
		q->last = NULL;
	q->n--;
	return i;
}
