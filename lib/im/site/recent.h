/*
 * recent: copies of rows that a process keeps for a moment, for all its
 * threads, so that a client that asks often costs no look-up each time.
 *
 * A copy is believed
 * - for RECENT_MS from before it was looked up, whatever happens;
 * - until recent_changed() of its key, which every program of the host calls
 *   behind the commit of a change and the invalidation in memcached; where that
 *   reaches whom, io/epoch.h says.  Without epochs nothing is kept;
 * - while the generation is the one of its look-up (im/site/generation.h).
 *
 * So a change by a program of this host counts at once, if that runs as the
 * user of the services or as root; any other one within RECENT_MS.
 *
 * The table has a fixed size: where it is full, the oldest copy of those that
 * share a place is forgotten.
 */
#ifndef IM_RECENT_H
#define IM_RECENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "io/cache.h"

#define RECENT_MS        1000
#define RECENT_NAME_MAX  32
#define RECENT_VALUE_MAX 192 /* a longer one is not kept */

/* Small letters as in memcached. */
enum recent_kind {
	RECENT_TOKEN = 's',
	RECENT_SESSION = 'i',
	RECENT_JWT = 'j',
	RECENT_JWT_KEY = 'k',
	RECENT_READER = 'R',
	RECENT_CONV = 'C', /* only what ends other copies */
};

struct recent_key {
	char kind;
	char name[RECENT_NAME_MAX]; /* padded with NULs */
};
struct recent_key recent_key(enum recent_kind kind, struct str name);
struct recent_key recent_key_id(enum recent_kind kind, int64_t id);

/* One look-up. */
struct recent {
	struct recent_key key;
	uint64_t epoch; /* 0: nothing is kept */
	int64_t generation;
	int64_t asked_ms; /* CLOCK_BOOTTIME: counts suspension */
};

/*
 * Before the look-up.  cache: of generation_follow(); NULL: nothing is kept.
 * by: the key whose change ends the copy, mostly the same.
 */
void recent_begin(struct recent *r, const struct cache *cache,
    const struct recent_key *key, const struct recent_key *by);
/* The copy, in the arena; false: look it up. */
bool recent_get(const struct recent *r, struct arena *a, struct str *value_out);
/* What the look-up has found. */
void recent_put(const struct recent *r, struct str value);

void recent_changed(const struct recent_key *key);

#endif
