#include "im/user/session_cache.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "im/site/generation.h"

/* Longer than any copy lives that a slow reader may still store. */
#define TOMBSTONE_S   (5 * SESSION_CACHE_S)
#define TOMBSTONE_SEQ INT64_MAX

struct str session_cache_hash(struct arena *a, struct str token)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_sha256(hash, token);
	return (
	    struct str){ arena_memdup(a, hash, sizeof(hash)), sizeof(hash) };
}

struct str session_cache_hash_key(const struct cache *cache, struct arena *a,
    struct str hash)
{
	return arena_printf(a, "s:%" PRId64 ":%.*s", cache_generation(cache),
	    STR_ARG(crypto_hex(a, hash.p, hash.len)));
}

struct str session_cache_id_key(const struct cache *cache, struct arena *a,
    int64_t session_id)
{
	return arena_printf(a, "i:%" PRId64 ":%" PRId64,
	    cache_generation(cache), session_id);
}

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

static bool unpack(const struct cache_item *it, struct session *s)
{
	struct str v = it->value;

	if (!v.p || v.len < PACKED_HEAD)
		return false;
	*s = (struct session){
		.session_id = (int64_t)get_u64(v.p),
		.user_id = (int64_t)get_u64(v.p + 8),
		.app_id = (int64_t)get_u64(v.p + 16),
		.platform = (int64_t)get_u64(v.p + 24),
		.created_ms = (int64_t)get_u64(v.p + 32),
		.expires_ms = (int64_t)get_u64(v.p + 40),
		.last_seen_ms = it->seq,
		.is_jwt = (int64_t)get_u64(v.p + 48),
		.token_hash = { v.p + 56, CRYPTO_HASH_LEN },
		.device_id = { v.p + PACKED_HEAD, v.len - PACKED_HEAD },
	};
	return true;
}

void session_cache_put(struct cache *cache, struct str key,
    const struct session *s)
{
	struct buf b;

	if (!cache)
		return;
	buf_init(&b);
	pack(&b, s);
	cache_put(cache, key, s->last_seen_ms, buf_view(&b), SESSION_CACHE_S);
	buf_release(&b);
}

void session_cache_bury(struct db *db, struct cache *cache, struct arena *a,
    const struct session *rows, size_t n)
{
	struct generation_change g;

	if (n == 0 || !generation_begin(&g, db, cache))
		return;
	for (size_t i = 0; i < n; i++) {
		cache_put(cache,
		    session_cache_hash_key(cache, a, rows[i].token_hash),
		    TOMBSTONE_SEQ, STR(""), TOMBSTONE_S);
		cache_put(cache,
		    session_cache_id_key(cache, a, rows[i].session_id),
		    TOMBSTONE_SEQ, STR(""), TOMBSTONE_S);
	}
	generation_end(&g);
}

int session_cache_ask(struct cache *cache, struct arena *a, struct str key,
    struct session *out)
{
	struct cache_item it = { .key = key };

	if (cache_get(cache, a, &it, 1) <= 0)
		return -1;
	if (it.seq == TOMBSTONE_SEQ)
		return 0;
	return unpack(&it, out) ? 1 : -1;
}
