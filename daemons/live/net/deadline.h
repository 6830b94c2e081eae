/*
 * deadline: many time limits of the same length on one timer.
 *
 * All deadlines of a list have the same delay, so the order of start is the
 * order of expiry: setting, moving and clearing are O(1), and one timer per
 * list waits for its head.
 *
 * A deadline is embedded in the object that it limits (CONTAINER_OF), which
 * must clear it before it is freed.  due() is called with the deadline already
 * cleared, and may set it again.
 */
#ifndef LIVE_DEADLINE_H
#define LIVE_DEADLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "net/container.h"

struct deadline {
	struct deadline *prev, *next; /* NULL: not set */
	uint64_t at_ms;               /* uv_now() */
};

struct deadline_list {
	struct deadline head;
	uint64_t delay_ms;
	uv_timer_t timer;
	void (*due)(struct deadline *d);
};

void deadline_list_init(struct deadline_list *l, uv_loop_t *loop,
    int64_t delay_ms, void (*due)(struct deadline *d));

/* Starts, or starts again. */
void deadline_set(struct deadline_list *l, struct deadline *d);
void deadline_clear(struct deadline *d);

static inline bool deadline_is_set(const struct deadline *d)
{
	return d->next != NULL;
}

#endif
