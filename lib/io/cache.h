/*
 * cache: memcached as a hint.
 *
 * Every value carries a sequence number in front, and cache_put() replaces
 * a value only by one with a higher number, so an old writer never wins over
 * a new one.  Nothing depends on the cache: when memcached is away, look-ups
 * miss and writes are dropped; after CACHE_TRIES failures in a row calls
 * return at once for a while (circuit), so a dead memcached costs nothing.
 *
 * A struct cache belongs to one thread.
 */
#ifndef IO_CACHE_H
#define IO_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct cache;

struct cache *cache_new(void);
void cache_free(struct cache **c);

/* True unless the circuit is open. */
bool cache_is_up(const struct cache *c);

struct cache_item {
	struct str key;   /* in: <= 200 bytes, no blanks */
	struct str value; /* out: in the arena; p NULL when missing */
	int64_t seq;      /* out */
};

/* Fills n items with one round trip per server; returns how many hit, or
 * -1 when memcached could not be asked (all are then missing). */
int cache_get(struct cache *c, struct arena *a, struct cache_item *items,
    size_t n);

/*
 * Stores value under seq unless one with the same or a higher seq is there.
 * ttl_s 0: as long as memcached likes.  True when it is stored.
 */
bool cache_put(struct cache *c, struct str key, int64_t seq, struct str value,
    int ttl_s);
/*
 * Stores value in place of what cache_get() found (or did not find) there;
 * false when it has changed since, so that nothing is lost of what others
 * wrote: read again.
 */
bool cache_update(struct cache *c, const struct cache_item *was, int64_t seq,
    struct str value, int ttl_s);
/* Stores without looking (for values that only one process writes). */
bool cache_set(struct cache *c, struct str key, int64_t seq, struct str value,
    int ttl_s);
void cache_delete(struct cache *c, struct str key);

/*
 * Adds n to a counter that starts at 0 and dies ttl_s after its first use.
 * The new value, or -1 when memcached could not be asked.
 */
int64_t cache_count(struct cache *c, struct str key, int64_t n, int ttl_s);

#endif
