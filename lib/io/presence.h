/*
 * presence: which users are connected to which live nodes, in memcached.
 *
 * The live nodes write it.  Key p:<user_id>: one line per node, "node state
 * expires_ms last_ms platforms\n"; state f (foreground) or b (background);
 * platforms is a comma list.  A node rewrites its line when the first
 * connection opens, the last one closes or the state changes, and refreshes it
 * before it expires.  Key live:<node>: the marker of a node, set only when all
 * lines of that node are in memcached.  If the marker is missing, a publisher
 * assumes that the node holds every user.  Everything here is a hint.
 */
#ifndef IO_PRESENCE_H
#define IO_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "io/cache.h"

#define PRESENCE_TTL_S 120 /* a line expires unless refreshed */

enum presence_state { PRESENCE_OFFLINE, PRESENCE_AWAY, PRESENCE_ONLINE };

const char *presence_name(enum presence_state s); /* as in the API */

/*
 * Sets the line of `node`, or removes it (PRESENCE_OFFLINE).  True if memcached
 * stored it.
 */
bool presence_set(struct cache *c, struct arena *a, int64_t user_id,
    struct str node, enum presence_state state, struct str platforms);

/* Marks a node for PRESENCE_TTL_S.  True if memcached stored it. */
bool presence_mark(struct cache *c, struct str node);
bool presence_is_marked(struct cache *c, struct arena *a, struct str node);

struct presence {
	int64_t user_id;           /* in */
	enum presence_state state; /* out: the best over all nodes */
	int64_t last_ms;           /* out: last change seen, 0 unknown */
	struct str platforms;      /* out: comma list, in the arena */
	uint32_t nodes;            /* out: bit i: node i of bus_nodes() */
};

/*
 * Fills the presence of n users and, unless unmarked_out is NULL, the set of
 * nodes without a marker.  When memcached is unavailable, all users are OFFLINE
 * and all nodes unmarked.
 */
void presence_get(struct cache *c, struct arena *a, struct presence *users,
    size_t n, uint32_t *unmarked_out);

#endif
