/*
 * order: puts the events for one connection in the order of the inbox.
 *
 * Invariant: durable events leave in ascending user_index, each once, and
 * either without a gap or with a `pull` at the gap.  `sent` is the index up to
 * which the client has got events (or was told to pull), `known` the highest
 * index known to exist; sent <= known.  Events above sent + 1 are held, bounded
 * in number and bytes; one that does not fit is dropped, but `known` includes
 * it.
 *
 * Owns references to the chunks that it holds.
 */
#ifndef LIVE_ORDER_H
#define LIVE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/chunk.h"

#define ORDER_HELD_MAX  256
#define ORDER_BYTES_MAX 262144

struct order_held;

struct order {
	int64_t sent;
	int64_t known;
	uint64_t known_ms;       /* since when; see order_gap_ms() */
	struct order_held *held; /* ascending; NULL if none */
	uint32_t n_held, cap;
	uint32_t bytes;
	bool resuming; /* events are held: missing ones are being read */
};

enum order_verdict {
	ORDER_SEND, /* the next one */
	ORDER_OLD,  /* a duplicate of a sent or held one */
	ORDER_HELD, /* kept (or counted in `known`) until the gap is filled */
};

void order_init(struct order *o, int64_t sent);
void order_release(struct order *o);

/* An event arrives at now_ms.  ORDER_SEND advances `sent`. */
enum order_verdict order_take(struct order *o, int64_t index,
    struct chunk *chunk, uint64_t now_ms);
/* The inbox has events up to index. */
void order_know(struct order *o, int64_t index, uint64_t now_ms);
/* Since when the first missing event is missed, if there is a gap. */
uint64_t order_gap_ms(const struct order *o);

/*
 * Removes and returns the next held event if it is due, or NULL; the caller
 * owns it.
 */
struct chunk *order_next(struct order *o, int64_t *index_out);

/* The client has got events, or was told to pull, up to index. */
void order_skip(struct order *o, int64_t index);

static inline bool order_has_gap(const struct order *o)
{
	return o->sent < o->known;
}

#endif
