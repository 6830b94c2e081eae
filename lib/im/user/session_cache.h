/*
 * session_cache: the copies of sessions in memcached; for im/user/session,
 * whose header says what they are.
 */
#ifndef IM_SESSION_CACHE_H
#define IM_SESSION_CACHE_H

#include "im/user/session.h"

/* SHA-256 of a token. */
struct str session_cache_hash(struct arena *a, struct str token);

struct str session_cache_hash_key(const struct cache *cache, struct arena *a,
    struct str hash);
struct str session_cache_id_key(const struct cache *cache, struct arena *a,
    int64_t session_id);

/* 1 a session, maybe expired, 0 a tombstone, -1 a miss. */
int session_cache_ask(struct cache *cache, struct arena *a, struct str key,
    struct session *out);
void session_cache_put(struct cache *cache, struct str key,
    const struct session *s);
/* After the commit that ended them. */
void session_cache_bury(struct db *db, struct cache *cache, struct arena *a,
    const struct session *rows, size_t n);

#endif
