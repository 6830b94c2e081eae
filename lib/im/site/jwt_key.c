#include "im/site/jwt_key.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "im/site/app.h"
#include "im/site/audit.h"
#include "im/site/generation.h"
#include "im/site/jwt_key_sql.h"
#include "im/site/node.h"
#include "io/db_clock.h"

#define CACHE_S 60
/* Longer than any copy lives that a slow reader may still store. */
#define TOMBSTONE_S (5 * CACHE_S)

/* ---- copies ---- */

static void hash_names(uint8_t hash[CRYPTO_HASH_LEN], struct arena *a,
    struct str app, struct str kid)
{
	/* No name of an app has a slash. */
	crypto_sha256(hash,
	    arena_printf(a, "%.*s/%.*s", STR_ARG(app), STR_ARG(kid)));
}

struct recent_key jwt_key_recent(struct arena *a, struct str app,
    struct str kid)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	hash_names(hash, a, app, kid);
	return recent_key(RECENT_JWT_KEY,
	    (struct str){ (const char *)hash, sizeof(hash) });
}

struct cache_item jwt_key_item(const struct cache *cache, struct arena *a,
    struct str app, struct str kid)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	hash_names(hash, a, app, kid);
	return (struct cache_item){
		.key = arena_printf(a, "k:%" PRId64 ":%.*s",
		    cache_generation(cache),
		    STR_ARG(crypto_hex(a, hash, sizeof(hash)))),
	};
}

int64_t jwt_key_id_of(const struct cache_item *it)
{
	return it->value.len ? it->seq : 0;
}

#define PACKED_HEAD (3 * 8)

static void store(struct cache *cache, struct str at, const struct jwt_key *k)
{
	struct buf b;

	buf_init(&b);
	buf_u64(&b, (uint64_t)k->app_id);
	buf_u64(&b, (uint64_t)k->alg);
	buf_u64(&b, (uint64_t)k->created_ms);
	buf_str(&b, k->public_key);
	cache_put(cache, at, k->key_id, buf_view(&b), CACHE_S);
	buf_release(&b);
}

static bool unpack(const struct cache_item *it, struct str kid,
    struct jwt_key *out)
{
	struct str v = it->value;

	if (v.len < PACKED_HEAD)
		return false;
	*out = (struct jwt_key){
		.app_id = (int64_t)get_u64(v.p),
		.kid = kid,
		.key_id = it->seq,
		.alg = (int64_t)get_u64(v.p + 8),
		.public_key = { v.p + PACKED_HEAD, v.len - PACKED_HEAD },
		.created_ms = (int64_t)get_u64(v.p + 16),
	};
	return true;
}

/* After the commit: no copy up to this key_id counts. */
static void bury(struct db *db, struct cache *cache, struct arena *a,
    struct str app, struct str kid, int64_t key_id)
{
	struct recent_key key = jwt_key_recent(a, app, kid);
	struct generation_change g;

	if (generation_begin(&g, db, cache)) {
		cache_put(cache, jwt_key_item(cache, a, app, kid).key, key_id,
		    STR(""), TOMBSTONE_S);
		generation_end(&g);
	}
	/* Behind what look-ups find: see io/epoch.h. */
	recent_changed(&key);
}

int jwt_key_find(struct db *db, struct cache *cache, struct arena *a,
    struct str app, struct str kid, struct jwt_key *out, struct error *err)
{
	struct cache_item it;
	int found;

	cache = generation_follow(db, cache);
	if (cache) {
		it = jwt_key_item(cache, a, app, kid);
		if (cache_get(cache, a, &it, 1) > 0 && unpack(&it, kid, out))
			return 1;
	}
	found = jwt_key_sql_named(db, a, app, kid, out, err);
	if (found > 0 && cache)
		store(cache, it.key, out);
	return found;
}

/* ---- changes ---- */

bool jwt_key_is_kid(struct str s)
{
	return s.len && s.len <= JWT_KEY_KID_MAX &&
	       str_is_alnum_or(s, JWT_KEY_KID_SET);
}

struct change {
	struct arena *arena;
	struct jwt_key *key;
	struct str actor;
	bool was_there; /* in a delete; stays when that runs again */
};

static int record(struct db *db, const struct change *c, const char *action,
    struct error *err)
{
	struct audit row = {
		.app_id = c->key->app_id,
		.actor = c->actor,
		.action = str_of(action),
		.detail = c->key->kid,
	};

	return audit_add(db, &row, err);
}

/* Whether it is the key that is there; then it gets the other members. */
static bool is_same(struct jwt_key *key, const struct jwt_key *there)
{
	if (there->alg != key->alg ||
	    !str_eq(there->public_key, key->public_key))
		return false;
	key->key_id = there->key_id;
	key->created_ms = there->created_ms;
	return true;
}

/* Those who count at the same time may each add one more. */
static int insert(struct db *db, const struct change *c, struct error *err)
{
	int64_t n;

	if (jwt_key_sql_count(db, c->arena, c->key->app_id, &n, err) < 0)
		return -1;
	if (n >= JWT_KEYS_MAX)
		return err_set(err, ERR_CONFLICT, "the app has %d keys",
		    JWT_KEYS_MAX);
	return jwt_key_sql_insert(db, c->key, err);
}

/* 1 stored, 0 it was there, -1. */
static int store_row(struct db *db, const struct change *c, struct error *err)
{
	struct jwt_key there;
	int found = jwt_key_sql_lock(db, c->arena, c->key, &there, err);

	if (found < 0 || (found && is_same(c->key, &there)))
		return found < 0 ? -1 : 0;
	if (node_next_id(db, &c->key->key_id, err) < 0)
		return -1;
	c->key->created_ms = db_clock_ms(db);
	if (!found)
		return insert(db, c, err) < 0 ? -1 : 1;
	/* Above what bury() leaves for the former one: ids of two hosts may be
	 * a little out of order. */
	if (c->key->key_id < there.key_id + 2)
		c->key->key_id = there.key_id + 2;
	return jwt_key_sql_update(db, c->key, err) < 0 ? -1 : 1;
}

static int put(struct db *db, void *arg, struct error *err)
{
	struct change *c = arg;
	int stored = store_row(db, c, err);

	/* Another request has just put one there, and it can be locked now. */
	if (stored < 0 && db_is_duplicate(db))
		stored = store_row(db, c, err);
	if (stored <= 0)
		return stored;
	return record(db, c, "jwt_key.put", err);
}

/* The lock waits for the session that was lost. */
static int was_put(struct db *db, void *arg, struct error *err)
{
	struct change *c = arg;
	struct jwt_key there;
	int found = jwt_key_sql_lock(db, c->arena, c->key, &there, err);

	return found > 0 ? is_same(c->key, &there) : found;
}

int jwt_key_put(struct db *db, struct cache *cache, struct arena *a,
    struct jwt_key *key, struct str actor, struct error *err)
{
	struct change c = { .arena = a, .key = key, .actor = actor };
	struct app app;

	if (app_find(db, a, key->app_id, &app, err) < 0 ||
	    generation_tx(db, cache, put, was_put, &c, err) < 0)
		return -1;
	/* Even if it was there: who put it may have died before this. */
	bury(db, cache, a, app.name, key->kid, key->key_id - 1);
	return 0;
}

static int drop(struct db *db, void *arg, struct error *err)
{
	struct change *c = arg;
	int found = jwt_key_sql_lock(db, c->arena, c->key, c->key, err);

	if (found <= 0)
		return found;
	c->was_there = true;
	if (jwt_key_sql_delete(db, c->key, err) < 0)
		return -1;
	return record(db, c, "jwt_key.delete", err);
}

static int was_dropped(struct db *db, void *arg, struct error *err)
{
	struct change *c = arg;
	int found = jwt_key_sql_lock(db, c->arena, c->key, c->key, err);

	return found < 0 ? -1 : !found;
}

int jwt_key_delete(struct db *db, struct cache *cache, struct arena *a,
    int64_t app_id, struct str kid, struct str actor, struct error *err)
{
	struct jwt_key key = { .app_id = app_id, .kid = kid };
	struct change c = { .arena = a, .key = &key, .actor = actor };
	struct app app;
	int64_t id;

	if (app_find(db, a, app_id, &app, err) < 0 ||
	    node_next_id(db, &id, err) < 0 ||
	    generation_tx(db, cache, drop, was_dropped, &c, err) < 0)
		return -1;
	bury(db, cache, a, app.name, kid,
	    id > key.key_id ? id : key.key_id + 1);
	return c.was_there;
}

int jwt_key_list(struct db *db, struct arena *a, int64_t app_id,
    struct str after, int64_t limit, struct jwt_key **out, size_t *n_out,
    struct error *err)
{
	return jwt_key_sql_list(db, a, app_id, after, limit, out, n_out, err);
}
