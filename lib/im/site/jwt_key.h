/*
 * jwt_key: the public keys of apps' servers that sign JWTs for users.
 *
 * A key has the name (kid) that the app gave it, and is for one algorithm.  Its
 * key_id is a new and higher one whenever another key takes the name, so what
 * was verified by a key_id was verified by this key.
 *
 * Under k:<generation>:<hash of app and kid> memcached has a copy with key_id
 * as its seq.  A change leaves an empty value there, above all that came
 * before, so nobody who has read an older row puts it back.
 *
 * Changes are written to the audit log.
 */
#ifndef IM_JWT_KEY_H
#define IM_JWT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto_key.h"
#include "base/err.h"
#include "base/str.h"
#include "im/site/recent.h"
#include "io/cache.h"
#include "io/db.h"

#define JWT_KEY_KID_MAX 128
#define JWT_KEY_KID_SET "._-" /* beside A-Za-z0-9 */
#define JWT_KEY_ALGS    "RS256|ES256"
#define JWT_KEYS_MAX    1000 /* of an app, about */

struct jwt_key {
	int64_t app_id;
	struct str kid;
	int64_t key_id;
	int64_t alg;           /* enum crypto_alg, a place in JWT_KEY_ALGS */
	struct str public_key; /* of crypto_key_read() */
	int64_t created_ms;
};

extern const struct db_stmt *const jwt_key_statements[];

/* 1 to JWT_KEY_KID_MAX of these characters. */
bool jwt_key_is_kid(struct str s);

/*
 * actor: who changes it, for the audit log.  in: app_id, kid, alg, public_key.
 * Fills the rest; the same key again changes nothing.  CONFLICT for the one
 * above JWT_KEYS_MAX.
 */
int jwt_key_put(struct db *db, struct cache *cache, struct arena *a,
    struct jwt_key *key, struct str actor, struct error *err);
/* 1 deleted, 0 there was none. */
int jwt_key_delete(struct db *db, struct cache *cache, struct arena *a,
    int64_t app_id, struct str kid, struct str actor, struct error *err);
/* By kid, those after `after` ("": all), at most limit. */
int jwt_key_list(struct db *db, struct arena *a, int64_t app_id,
    struct str after, int64_t limit, struct jwt_key **out, size_t *n_out,
    struct error *err);

/* The key of the app of this name: 1, or 0; memcached is asked first. */
int jwt_key_find(struct db *db, struct cache *cache, struct arena *a,
    struct str app, struct str kid, struct jwt_key *out, struct error *err);

/* For who asks memcached for a copy with other things: its place there, after
 * generation_follow(), and the key_id in what was found; 0: none. */
struct cache_item jwt_key_item(const struct cache *cache, struct arena *a,
    struct str app, struct str kid);
int64_t jwt_key_id_of(const struct cache_item *it);
/* What a change of the key says has changed. */
struct recent_key jwt_key_recent(struct arena *a, struct str app,
    struct str kid);

#endif
