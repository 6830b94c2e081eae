#include "net/deadline.h"

static void wait_for_head(struct deadline_list *l);

static void on_timer(uv_timer_t *t)
{
	struct deadline_list *l = CONTAINER_OF(t, struct deadline_list, timer);
	uint64_t now = uv_now(t->loop);

	/* A deadline that is set again goes to the end, after `now`. */
	while (l->head.next != &l->head && l->head.next->at_ms <= now) {
		struct deadline *d = l->head.next;

		deadline_clear(d);
		l->due(d);
		if (!l->delay_ms)
			break;
	}
	wait_for_head(l);
}

static void wait_for_head(struct deadline_list *l)
{
	uint64_t now = uv_now(l->timer.loop), at;

	if (l->head.next == &l->head)
		return;
	at = l->head.next->at_ms;
	uv_timer_start(&l->timer, on_timer, at > now ? at - now : 0, 0);
}

void deadline_list_init(struct deadline_list *l, uv_loop_t *loop,
    int64_t delay_ms, void (*due)(struct deadline *d))
{
	l->head.next = l->head.prev = &l->head;
	l->delay_ms = (uint64_t)delay_ms;
	l->due = due;
	uv_timer_init(loop, &l->timer);
}

void deadline_set(struct deadline_list *l, struct deadline *d)
{
	deadline_clear(d);
	d->at_ms = uv_now(l->timer.loop) + l->delay_ms;
	d->next = &l->head;
	d->prev = l->head.prev;
	d->prev->next = d;
	l->head.prev = d;
	/*
	 * If the head has moved meanwhile, the timer fires too early, finds
	 * nothing and waits for the new head.
	 */
	if (!uv_is_active((uv_handle_t *)&l->timer))
		wait_for_head(l);
}

void deadline_clear(struct deadline *d)
{
	if (!d->next)
		return;
	d->prev->next = d->next;
	d->next->prev = d->prev;
	d->prev = d->next = NULL;
}
