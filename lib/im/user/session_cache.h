/*
 * session_cache: the copies of sessions in memcached and in the process (see
 * im/site/recent.h); for im/user/session, whose header says what they are.
 */
#ifndef IM_SESSION_CACHE_H
#define IM_SESSION_CACHE_H

#include "im/site/recent.h"
#include "im/user/session.h"

/* SHA-256 of a token. */
struct str session_cache_hash(struct arena *a, struct str token);

/* Where one look-up finds copies, from before it asks for any. */
struct session_place {
	struct cache *cache; /* NULL: nowhere */
	struct recent recent;
	struct str hash; /* in the caller's memory; p NULL: by id */
	int64_t session_id;
};

/* cache: of generation_follow(). */
void session_cache_by_hash(struct session_place *p, struct cache *cache,
    struct str hash);
void session_cache_by_id(struct session_place *p, struct cache *cache,
    int64_t session_id);

/* 1 a session, maybe expired, 0 a tombstone, -1 a miss. */
int session_cache_ask(struct session_place *p, struct arena *a,
    struct session *out);
/* What the database had. */
void session_cache_put(const struct session_place *p, struct arena *a,
    const struct session *s);

/* After the commit that changed it.  cache: of generation_follow(). */
void session_cache_renew(struct cache *cache, struct arena *a,
    const struct session *s);
/* Before the commit that ends them: from here on look-ups ask the database,
 * whatever becomes of this process.  cache: of generation_follow(). */
void session_cache_doubt(struct cache *cache, struct arena *a,
    const struct session *rows, size_t n);
/* After the commit that ended them. */
void session_cache_bury(struct db *db, struct cache *cache, struct arena *a,
    const struct session *rows, size_t n);

#endif
