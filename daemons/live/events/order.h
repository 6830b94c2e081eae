/*
 * order: what one connection has been sent of its user's inbox.
 *
 * Invariant: durable events leave in ascending user_index, each once, and
 * either without a hole or with a `pull` where the hole is.  `sent` is the
 * index up to which the client has been served (or told to pull), `known`
 * the highest index that exists for sure; sent <= known.  Events above
 * sent + 1 are held, bounded in number and bytes; one that finds no room is
 * dropped, and `known` keeps the memory of it.
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
	struct order_held *held; /* ascending; NULL when none */
	uint32_t n_held, cap;
	uint32_t bytes;
	bool resuming; /* nothing passes: what is missing is being read */
};

enum order_verdict {
	ORDER_SEND, /* the next one */
	ORDER_OLD,  /* sent already, or held already */
	ORDER_HELD, /* kept (or remembered) until the hole is filled */
};

void order_init(struct order *o, int64_t sent);
void order_release(struct order *o);

/* An event arrives.  ORDER_SEND advances `sent`. */
enum order_verdict order_take(struct order *o, int64_t index,
    struct chunk *chunk);

/* The held event that is next now, or NULL; the caller owns it. */
struct chunk *order_next(struct order *o, int64_t *index_out);

/* The client has been served, or told to pull, up to index. */
void order_skip(struct order *o, int64_t index);

static inline bool order_has_gap(const struct order *o)
{
	return o->sent < o->known;
}

#endif
