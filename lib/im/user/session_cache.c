#include "im/user/session_cache.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "im/site/generation.h"

/* Longer than any copy lives that a slow reader may still store. */
#define TOMBSTONE_S   (5 * SESSION_CACHE_S)
#define TOMBSTONE_SEQ INT64_MAX
#define DOUBT_SEQ     (INT64_MAX - 1) /* below the tombstone, above copies */

struct str session_cache_hash(struct arena *a, struct str token)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_sha256(hash, token);
	return (
	    struct str){ arena_memdup(a, hash, sizeof(hash)), sizeof(hash) };
}

/* ---- places ---- */

static struct str hash_key(const struct cache *cache, struct arena *a,
    struct str hash)
{
	return arena_printf(a, "s:%" PRId64 ":%.*s", cache_generation(cache),
	    STR_ARG(crypto_hex(a, hash.p, hash.len)));
}

static struct str id_key(const struct cache *cache, struct arena *a,
    int64_t session_id)
{
	return arena_printf(a, "i:%" PRId64 ":%" PRId64,
	    cache_generation(cache), session_id);
}

static struct str key_of(const struct session_place *p, struct arena *a)
{
	return p->hash.p ? hash_key(p->cache, a, p->hash)
			 : id_key(p->cache, a, p->session_id);
}

void session_cache_by_hash(struct session_place *p, struct cache *cache,
    struct str hash)
{
	struct recent_key key = recent_key(RECENT_TOKEN, hash);

	*p = (struct session_place){ .cache = cache, .hash = hash };
	recent_begin(&p->recent, cache, &key, &key);
}

void session_cache_by_id(struct session_place *p, struct cache *cache,
    int64_t session_id)
{
	struct recent_key key = recent_key_id(RECENT_SESSION, session_id);

	*p = (struct session_place){ .cache = cache, .session_id = session_id };
	recent_begin(&p->recent, cache, &key, &key);
}

/* ---- copies ---- */

#define PACKED_HEAD (7 * 8 + CRYPTO_HASH_LEN)

/* Only the fields that authentication needs. */
static void pack(struct buf *b, const struct session *s)
{
	buf_u64(b, (uint64_t)s->session_id);
	buf_u64(b, (uint64_t)s->user_id);
	buf_u64(b, (uint64_t)s->app_id);
	buf_u64(b, (uint64_t)s->platform);
	buf_u64(b, (uint64_t)s->created_ms);
	buf_u64(b, (uint64_t)s->expires_ms);
	buf_u64(b, (uint64_t)s->is_jwt);
	buf_add(b, s->token_hash.p, CRYPTO_HASH_LEN);
	buf_str(b, s->device_id);
}

static bool unpack(struct str v, int64_t last_seen_ms, struct session *s)
{
	if (!v.p || v.len < PACKED_HEAD)
		return false;
	*s = (struct session){
		.session_id = (int64_t)get_u64(v.p),
		.user_id = (int64_t)get_u64(v.p + 8),
		.app_id = (int64_t)get_u64(v.p + 16),
		.platform = (int64_t)get_u64(v.p + 24),
		.created_ms = (int64_t)get_u64(v.p + 32),
		.expires_ms = (int64_t)get_u64(v.p + 40),
		.last_seen_ms = last_seen_ms,
		.is_jwt = (int64_t)get_u64(v.p + 48),
		.token_hash = { v.p + 56, CRYPTO_HASH_LEN },
		.device_id = { v.p + PACKED_HEAD, v.len - PACKED_HEAD },
	};
	return true;
}

static void store(struct cache *cache, struct str key, const struct session *s)
{
	struct buf b;

	buf_init(&b);
	pack(&b, s);
	cache_put(cache, key, s->last_seen_ms, buf_view(&b), SESSION_CACHE_S);
	buf_release(&b);
}

static void keep(const struct session_place *p, const struct session *s)
{
	struct buf b;

	buf_init(&b);
	buf_u64(&b, (uint64_t)s->last_seen_ms);
	pack(&b, s);
	recent_put(&p->recent, buf_view(&b));
	buf_release(&b);
}

void session_cache_put(const struct session_place *p, struct arena *a,
    const struct session *s)
{
	if (!p->cache)
		return;
	store(p->cache, key_of(p, a), s);
	keep(p, s);
}

static int ask_memcached(const struct session_place *p, struct arena *a,
    struct session *out)
{
	struct cache_item it = { .key = key_of(p, a) };

	if (cache_get(p->cache, a, &it, 1) <= 0)
		return -1;
	if (it.seq == TOMBSTONE_SEQ)
		return 0;
	if (it.seq == DOUBT_SEQ)
		return -1;
	return unpack(it.value, it.seq, out) ? 1 : -1;
}

int session_cache_ask(struct session_place *p, struct arena *a,
    struct session *out)
{
	struct str v;
	int found;

	if (!p->cache)
		return -1;
	if (recent_get(&p->recent, a, &v) && v.len >= 8 &&
	    unpack((struct str){ v.p + 8, v.len - 8 }, (int64_t)get_u64(v.p),
		out))
		return 1;
	found = ask_memcached(p, a, out);
	if (found > 0)
		keep(p, out);
	return found;
}

/* ---- changes ---- */

/* Behind what look-ups find: see io/epoch.h. */
static void tell(const struct session *s)
{
	struct recent_key key = recent_key_id(RECENT_SESSION, s->session_id);

	recent_changed(&key);
	key = recent_key(RECENT_TOKEN, s->token_hash);
	recent_changed(&key);
}

void session_cache_renew(struct cache *cache, struct arena *a,
    const struct session *s)
{
	if (cache) {
		/* No token has the hash of a session of JWTs. */
		if (!s->is_jwt)
			store(cache, hash_key(cache, a, s->token_hash), s);
		store(cache, id_key(cache, a, s->session_id), s);
	}
	tell(s);
}

/* Instead of copies, and of those that are still to come. */
static void mark(struct cache *cache, struct arena *a,
    const struct session *rows, size_t n, int64_t seq)
{
	for (size_t i = 0; i < n; i++) {
		cache_put(cache, hash_key(cache, a, rows[i].token_hash), seq,
		    STR(""), TOMBSTONE_S);
		cache_put(cache, id_key(cache, a, rows[i].session_id), seq,
		    STR(""), TOMBSTONE_S);
	}
}

void session_cache_doubt(struct cache *cache, struct arena *a,
    const struct session *rows, size_t n)
{
	/* A failure is left to session_cache_bury(). */
	if (cache)
		mark(cache, a, rows, n, DOUBT_SEQ);
}

static void bury_copies(struct db *db, struct cache *cache, struct arena *a,
    const struct session *rows, size_t n)
{
	struct generation_change g;

	if (!generation_begin(&g, db, cache))
		return;
	mark(cache, a, rows, n, TOMBSTONE_SEQ);
	generation_end(&g);
}

void session_cache_bury(struct db *db, struct cache *cache, struct arena *a,
    const struct session *rows, size_t n)
{
	if (n == 0)
		return;
	bury_copies(db, cache, a, rows, n);
	for (size_t i = 0; i < n; i++)
		tell(&rows[i]);
}
