/*
 * presence: who is connected where, kept in memcached by the live nodes.
 *
 * Key p:<user_id>: one line per node, "node state expires_ms last_ms
 * platforms\n"; state f (foreground) or b (background); platforms is a comma
 * list.  A node rewrites its line when the first connection opens, the last
 * one closes or the state changes, and refreshes it before it expires.
 * Key live:<node>: the marker of a node; it is set only when all lines of
 * that node are in memcached.  A publisher that does not find the marker
 * treats the node as holding everybody.  Everything here is a hint.
 */
#ifndef IO_PRESENCE_H
#define IO_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "io/bus.h"
#include "io/cache.h"

#define PRESENCE_TTL_S 120 /* a line expires unless refreshed */

enum presence_state { PRESENCE_OFFLINE, PRESENCE_AWAY, PRESENCE_ONLINE };

const char *presence_name(enum presence_state s); /* as in the API */

/*
 * Sets (or with PRESENCE_OFFLINE takes away) the line of `node`.  True when
 * memcached took it.
 */
bool presence_set(struct cache *c, struct arena *a, int64_t user_id,
    struct str node, enum presence_state state, struct str platforms);

/* The marker of a node; also true when memcached took it.  A marker lives
 * PRESENCE_TTL_S. */
bool presence_mark(struct cache *c, struct str node);
bool presence_is_marked(struct cache *c, struct arena *a, struct str node);

struct presence {
	int64_t user_id;           /* in */
	enum presence_state state; /* out: the best over all nodes */
	int64_t last_ms;           /* out: last change seen, 0 unknown */
	struct str platforms;      /* out: comma list, in the arena */
	uint32_t nodes;            /* out: bit i: node i of bus_nodes() */
};

/* States of n users; with unmarked_out, the set of nodes without marker.
 * When memcached cannot be asked all are OFFLINE and unmarked. */
void presence_get(struct cache *c, struct arena *a, struct presence *users,
    size_t n, uint32_t *unmarked_out);

#endif
