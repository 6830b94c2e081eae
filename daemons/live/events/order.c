#include "events/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct order_held {
	int64_t index;
	struct chunk *chunk;
	uint64_t at_ms; /* it arrived */
};

void order_init(struct order *o, int64_t sent)
{
	*o = (struct order){ .sent = sent, .known = sent };
}

static void free_if_empty(struct order *o)
{
	if (o->n_held)
		return;
	free(o->held);
	o->held = NULL;
	o->cap = 0;
	o->bytes = 0;
}

void order_release(struct order *o)
{
	for (uint32_t i = 0; i < o->n_held; i++)
		chunk_unref(&o->held[i].chunk);
	o->n_held = 0;
	free_if_empty(o);
}

static void grow(struct order *o)
{
	if (o->n_held < o->cap)
		return;
	o->cap = o->cap ? o->cap * 2 : 4;
	o->held = realloc(o->held, o->cap * sizeof(*o->held));
	if (!o->held)
		die(EX_OSERR, "out of memory");
}

static enum order_verdict hold(struct order *o, int64_t index,
    struct chunk *chunk, uint64_t now_ms)
{
	uint32_t at = o->n_held;

	while (at && o->held[at - 1].index > index)
		at--;
	if (at && o->held[at - 1].index == index)
		return ORDER_OLD;
	if (o->n_held == ORDER_HELD_MAX ||
	    o->bytes + chunk->len > ORDER_BYTES_MAX)
		return ORDER_HELD;
	grow(o);
	memmove(o->held + at + 1, o->held + at,
	    (o->n_held - at) * sizeof(*o->held));
	o->held[at] = (struct order_held){ index, chunk_ref(chunk), now_ms };
	o->n_held++;
	o->bytes += chunk->len;
	return ORDER_HELD;
}

void order_know(struct order *o, int64_t index, uint64_t now_ms)
{
	if (index <= o->known)
		return;
	/* A gap that is there already is older. */
	if (!order_has_gap(o))
		o->known_ms = now_ms;
	o->known = index;
}

uint64_t order_gap_ms(const struct order *o)
{
	uint64_t since = UINT64_MAX;

	/* All that is held waits for the first gap. */
	for (uint32_t i = 0; i < o->n_held; i++)
		if (o->held[i].at_ms < since)
			since = o->held[i].at_ms;
	return o->n_held ? since : o->known_ms;
}

enum order_verdict order_take(struct order *o, int64_t index,
    struct chunk *chunk, uint64_t now_ms)
{
	if (index <= o->sent)
		return ORDER_OLD;
	order_know(o, index, now_ms);
	if (index > o->sent + 1 || o->resuming)
		return hold(o, index, chunk, now_ms);
	o->sent = index;
	return ORDER_SEND;
}

/* Removes the first n; the caller owns their chunks. */
static void shift(struct order *o, uint32_t n)
{
	o->n_held -= n;
	memmove(o->held, o->held + n, o->n_held * sizeof(*o->held));
	free_if_empty(o);
}

static void drop_old(struct order *o)
{
	uint32_t n = 0;

	while (n < o->n_held && o->held[n].index <= o->sent) {
		o->bytes -= o->held[n].chunk->len;
		chunk_unref(&o->held[n].chunk);
		n++;
	}
	if (n)
		shift(o, n);
}

struct chunk *order_next(struct order *o, int64_t *index_out)
{
	struct chunk *chunk;

	drop_old(o);
	if (o->resuming || !o->n_held || o->held[0].index != o->sent + 1)
		return NULL;
	chunk = o->held[0].chunk;
	o->bytes -= chunk->len;
	*index_out = o->sent = o->held[0].index;
	shift(o, 1);
	return chunk;
}

void order_skip(struct order *o, int64_t index)
{
	if (index > o->sent)
		o->sent = index;
	if (o->sent > o->known)
		o->known = o->sent;
	drop_old(o);
}
