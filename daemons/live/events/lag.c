#include "events/lag.h"

#include <stdlib.h>

#include "base/err.h"

struct lag *lag_get(struct subscriber *s)
{
	if (s->lag)
		return s->lag;
	s->lag = calloc(1, sizeof(*s->lag));
	if (!s->lag)
		die(EX_OSERR, "out of memory");
	s->lag->subscriber = s;
	order_init(&s->lag->order, s->sent);
	return s->lag;
}

void lag_drop(struct subscriber *s)
{
	struct lag *l = s->lag;

	if (!l)
		return;
	BUG_ON(l->resume);
	s->sent = l->order.sent;
	deadline_clear(&l->gap);
	deadline_clear(&l->slow);
	order_release(&l->order);
	free(l);
	s->lag = NULL;
}

void lag_tidy(struct subscriber *s)
{
	const struct lag *l = s->lag;

	if (l && !l->overflowed && !l->resume && !l->order.resuming &&
	    !order_has_gap(&l->order))
		lag_drop(s);
}
