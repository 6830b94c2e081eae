#include "im/user/session_jwt.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "im/site/generation.h"
#include "im/site/jwt_key.h"
#include "im/site/recent.h"
#include "im/user/session_jwt_sql.h"

/* As long as that of a session: so long its app may be disabled unnoticed. */
#define CACHE_S 60

static struct str hash_of(uint8_t hash[CRYPTO_HASH_LEN], struct str token)
{
	crypto_sha256(hash, token);
	return (struct str){ (const char *)hash, CRYPTO_HASH_LEN };
}

static struct str key_of(const struct cache *cache, struct arena *a,
    struct str token)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_sha256(hash, token);
	return arena_printf(a, "j:%" PRId64 ":%.*s", cache_generation(cache),
	    STR_ARG(crypto_hex(a, hash, sizeof(hash))));
}

static void store(struct cache *cache, struct arena *a, struct str token,
    int64_t key_id, int64_t session_id)
{
	struct buf b;

	buf_init(&b);
	buf_u64(&b, (uint64_t)session_id);
	cache_put(cache, key_of(cache, a, token), key_id, buf_view(&b),
	    CACHE_S);
	buf_release(&b);
}

/* A text counts as long as nobody changes the key; the secret of an app, too,
 * is believed for CACHE_S. */
static void begin(struct recent *r, const struct cache *cache, struct arena *a,
    struct str token, const struct session_jwt_signer *by)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct recent_key text, key;

	text = key = recent_key(RECENT_JWT, hash_of(hash, token));
	if (by->kid.p)
		key = jwt_key_recent(a, by->app, by->kid);
	recent_begin(r, cache, &text, &key);
}

static int ask_memcached(struct cache *cache, struct arena *a, struct str token,
    const struct session_jwt_signer *by, struct str *value_out)
{
	struct cache_item its[2]; /* the session, the key */
	size_t n = by->kid.p ? 2 : 1;

	its[0] = (struct cache_item){ .key = key_of(cache, a, token) };
	if (n == 2)
		its[1] = jwt_key_item(cache, a, by->app, by->kid);
	if (cache_get(cache, a, its, n) < (int)n || its[0].value.len != 8 ||
	    its[0].seq != (n == 2 ? jwt_key_id_of(&its[1]) : 0))
		return 0;
	*value_out = its[0].value;
	return 1;
}

int session_jwt_cached(struct db *db, struct cache *cache, struct arena *a,
    struct str token, const struct session_jwt_signer *by,
    int64_t *session_id_out)
{
	struct recent recent;
	struct str value;

	cache = generation_follow(db, cache);
	if (!cache)
		return 0;
	begin(&recent, cache, a, token, by);
	if (!recent_get(&recent, a, &value)) {
		if (!ask_memcached(cache, a, token, by, &value))
			return 0;
		recent_put(&recent, value);
	}
	*session_id_out = (int64_t)get_u64(value.p);
	return 1;
}

int session_jwt_find(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, struct str token, const struct session_jwt_signer *by,
    int64_t *session_id_out, struct error *err)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct session_jwt_row row = {
		.user_id = user_id,
		.token_hash = hash_of(hash, token),
	};
	int found = session_jwt_sql_find(db, a, &row, err);

	if (found <= 0)
		return found;
	*session_id_out = row.session_id;
	cache = generation_follow(db, cache);
	if (cache)
		store(cache, a, token, by->key_id, row.session_id);
	return 1;
}

static const struct session *of_device(const struct session *s,
    const struct session *open, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (open[i].is_jwt && str_eq(open[i].device_id, s->device_id) &&
		    open[i].expires_ms > s->created_ms)
			return &open[i];
	}
	return NULL;
}

int session_jwt_continue(struct db *db, const struct session_jwt *j,
    const struct session *s, const struct session *open, size_t n,
    struct session *out, struct error *err)
{
	const struct session *there = of_device(s, open, n);
	uint8_t hash[CRYPTO_HASH_LEN];
	struct session_jwt_row row = {
		.user_id = s->user_id,
		.token_hash = hash_of(hash, j->token),
		.session_id = there ? there->session_id : s->session_id,
		.until_ms = j->until_ms,
		.now_ms = s->created_ms,
	};

	if (session_jwt_sql_forget(db, &row, err) < 0 ||
	    session_jwt_sql_insert(db, &row, err) < 0)
		return -1;
	if (!there)
		return 0;
	*out = *there;
	if (out->expires_ms < j->until_ms)
		out->expires_ms = j->until_ms;
	/* The copies in memcached are replaced by higher ones only. */
	out->last_seen_ms = out->last_seen_ms < s->created_ms
				? s->created_ms
				: out->last_seen_ms + 1;
	return session_jwt_sql_extend(db, out, err) < 0 ? -1 : 1;
}
