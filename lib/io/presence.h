/*
 * presence: which users are connected to which live nodes, in memcached.
 *
 * The live nodes write it.  Key p:<user_id>: one line per node, "node state
 * life expires_ms last_ms platforms\n"; state f (foreground) or b
 * (background); platforms is a comma list.  A node rewrites its line when the
 * first connection opens, the last one closes or the state changes, and
 * refreshes it before it expires.  Key live:<node>: the marker of a node, set
 * only when all lines of that node are in memcached.  If the marker is missing,
 * a publisher assumes that the node holds every user.
 *
 * Key beat:<node>: the life of a node, a number that no earlier process of it
 * had.  It expires soon unless the node beats.  Lines of another life show
 * nobody as online: so a node that is killed takes its lines with it, and one
 * that starts withdraws those of its former life, however many there are.
 * Publishers do not look at lives: a frame too many is harmless.
 *
 * Everything here is a hint.
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

/* A process of a node. */
struct presence_node {
	struct str name;
	int64_t life; /* not 0 */
};

/*
 * Sets the line of `node`, or removes it (PRESENCE_OFFLINE).  True if memcached
 * stored it.
 */
bool presence_set(struct cache *c, struct arena *a, int64_t user_id,
    const struct presence_node *node, enum presence_state state,
    struct str platforms);

/* The node lives, for ttl_s from now.  True if memcached stored it. */
bool presence_beat(struct cache *c, const struct presence_node *node,
    int ttl_s);
/*
 * The lives of all nodes, in the order of bus_nodes(); 0: dead.  -1 when
 * memcached is unavailable.
 */
int presence_lives(struct cache *c, struct arena *a,
    int64_t lives_out[BUS_NODES_MAX]);

/* Marks a node for PRESENCE_TTL_S.  True if memcached stored it. */
bool presence_mark(struct cache *c, struct str node);
bool presence_is_marked(struct cache *c, struct arena *a, struct str node);

struct presence {
	int64_t user_id;           /* in */
	enum presence_state state; /* out: the best over living nodes */
	int64_t last_ms;           /* out: last change seen, 0 unknown */
	struct str platforms;      /* out: comma list, in the arena */
	uint32_t nodes;            /* out: bit i: node i of bus_nodes() */
};

/*
 * Fills the presence of n users.  False: memcached is unavailable, and all are
 * OFFLINE.
 */
bool presence_get(struct cache *c, struct arena *a, struct presence *users,
    size_t n);
/*
 * For publishers: fills only user_id and nodes, and the set of nodes without a
 * marker.  When memcached is unavailable, all nodes are unmarked.
 */
void presence_get_nodes(struct cache *c, struct arena *a,
    struct presence *users, size_t n, uint32_t *unmarked_out);

#endif
