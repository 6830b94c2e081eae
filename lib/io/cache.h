/*
 * cache: memcached as a hint.
 *
 * Every value is prefixed with a sequence number, and cache_put() replaces a
 * value only by one with a higher number, so a late writer cannot overwrite a
 * newer value.
 *
 * There are two kinds of values.  A copy of a database row (cache_put()) is
 * signed, with the key of cache_trust(): whoever can write to memcached cannot
 * make one, change one, use one under another key, or use one for longer than
 * its writer wanted.  Anything else there is a miss, and is counted.  A hint
 * (cache_update(), cache_set(), cache_count()) is not signed, since im-live
 * writes them and has no key: no right may follow from one.
 *
 * Nothing depends on the cache: when memcached is unavailable,
 * look-ups miss and writes are dropped.  After CACHE_TRIES failures in a row
 * the circuit opens: calls return at once for CACHE_OPEN_MS, and then the next
 * call tries again, which costs at most a few waits of [cache] timeout_ms.
 *
 * A struct cache belongs to one thread.
 */
#ifndef IO_CACHE_H
#define IO_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/str.h"

struct cache;

struct cache *cache_new(void);
void cache_free(struct cache **c);

/*
 * Whether every server answers now: asked over new connections, so neither a
 * connection that a restart has cut nor the circuit breaker decides.  False
 * without servers.
 */
bool cache_answers(void);

/*
 * For im/site/generation: the generation that the keys of copies contain, and
 * the key of CRYPTO_KEY_LEN bytes that signs them, which outlives c.  Until
 * then the generation is 0, and there are no copies.
 */
void cache_trust(struct cache *c, int64_t generation, const uint8_t *key);
int64_t cache_generation(const struct cache *c);
/* How many writes were not carried out, because memcached was unavailable or
 * refused them. */
uint64_t cache_lost(const struct cache *c);

/* False while the circuit is open, and without [cache] servers. */
bool cache_is_up(const struct cache *c);

struct cache_item {
	struct str key;   /* in: at most 200 bytes, no blanks */
	bool is_hint;     /* in: it is no copy, and needs no signature */
	struct str value; /* out: in the arena; p NULL when missing */
	int64_t seq;      /* out */
};

/* Fills n items with one round trip per server and 100 keys; returns the number
 * of hits, or -1 when memcached is unavailable (all are then misses). */
int cache_get(struct cache *c, struct arena *a, struct cache_item *items,
    size_t n);

/*
 * Stores a copy under seq unless a copy of the same or a higher seq is stored
 * already.  ttl_s 0: no expiry.  True if it was stored.
 */
bool cache_put(struct cache *c, struct str key, int64_t seq, struct str value,
    int ttl_s);
/*
 * Replaces a hint that cache_get() returned (or a miss) if it has not changed
 * since; false: another writer was first, or memcached is unavailable; read
 * again.
 */
bool cache_update(struct cache *c, const struct cache_item *was, int64_t seq,
    struct str value, int ttl_s);
/*
 * Stores a hint whatever the stored seq is; for hints without concurrent
 * writers, or of which the last written may win.
 */
bool cache_set(struct cache *c, struct str key, int64_t seq, struct str value,
    int ttl_s);
void cache_delete(struct cache *c, struct str key);

/*
 * Adds n to a counter that starts at 0 and expires ttl_s after its first use.
 * Returns the new value, or -1 when memcached is unavailable.
 */
int64_t cache_count(struct cache *c, struct str key, int64_t n, int ttl_s);

#endif
