/*
 * lag: what a stream has while its client is behind: events are missing, are
 * being read from the inbox, or were dropped.
 *
 * Invariant: without it, the client has been sent all events that are known to
 * exist, up to subscriber.sent.  It begins with the first event that is not the
 * next one, and goes with the last one that was missed.
 */
#ifndef LIVE_LAG_H
#define LIVE_LAG_H

#include <stdbool.h>

#include "events/order.h"
#include "events/subscriber.h"
#include "net/deadline.h"

struct resume;

struct lag {
	struct subscriber *subscriber;
	struct order order;

	/* deliver.c */
	struct deadline gap;  /* while there is one */
	struct deadline slow; /* while it has overflowed */
	bool overflowed;      /* the backlog was dropped: gets no events */
	bool missed;          /* and durable ones have arrived meanwhile */

	struct resume *resume; /* missing events are being read */
};

/* That of s, which may be new. */
struct lag *lag_get(struct subscriber *s);
/* Frees it, unless the client is still behind. */
void lag_tidy(struct subscriber *s);
/* Frees it. */
void lag_drop(struct subscriber *s);

/* The index up to which the client has got events, or was told to pull. */
static inline int64_t lag_sent(const struct subscriber *s)
{
	return s->lag ? s->lag->order.sent : s->sent;
}

/* The highest index that is known to exist. */
static inline int64_t lag_known(const struct subscriber *s)
{
	return s->lag ? s->lag->order.known : s->sent;
}

static inline bool lag_overflowed(const struct subscriber *s)
{
	return s->lag && s->lag->overflowed;
}

#endif
