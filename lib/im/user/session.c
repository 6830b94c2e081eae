#include "im/user/session.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/order.h"
#include "im/site/app_log.h"
#include "im/site/generation.h"
#include "im/site/node.h"
#include "im/site/source.h"
#include "im/user/session_sql.h"
#include "io/db_clock.h"

/* Longer than any copy lives that a slow reader may still store. */
#define TOMBSTONE_S   (5 * SESSION_CACHE_S)
#define TOMBSTONE_SEQ INT64_MAX

/* From 1, in the order of the enum. */
static const char *const end_names[] = { NULL, "logged_out", "kicked",
	"replaced", "expired" };

const char *session_end_name(int64_t reason)
{
	BUG_ON(reason < SESSION_LOGGED_OUT || reason > SESSION_EXPIRED);
	return end_names[reason];
}

int64_t session_state(const struct session *s, int64_t now_ms)
{
	if (s->ended_ms)
		return s->ended_reason;
	return s->expires_ms <= now_ms ? SESSION_EXPIRED : 0;
}

/* ---- cache ---- */

static struct str hash_of(struct arena *a, struct str token)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_sha256(hash, token);
	return (
	    struct str){ arena_memdup(a, hash, sizeof(hash)), sizeof(hash) };
}

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

#define PACKED_HEAD (6 * 8 + CRYPTO_HASH_LEN)

/* Only the fields that authentication needs. */
static void pack(struct buf *b, const struct session *s)
{
	buf_u64(b, (uint64_t)s->session_id);
	buf_u64(b, (uint64_t)s->user_id);
	buf_u64(b, (uint64_t)s->app_id);
	buf_u64(b, (uint64_t)s->platform);
	buf_u64(b, (uint64_t)s->created_ms);
	buf_u64(b, (uint64_t)s->expires_ms);
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
		.token_hash = { v.p + 48, CRYPTO_HASH_LEN },
		.device_id = { v.p + PACKED_HEAD, v.len - PACKED_HEAD },
	};
	return true;
}

static void cache_session(struct cache *cache, struct str key,
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

static void bury(struct db *db, struct cache *cache, struct arena *a,
    const struct session *rows, size_t n)
{
	struct generation_change g;

	if (n == 0 || !generation_begin(&g, db, cache))
		return;
	for (size_t i = 0; i < n; i++) {
		cache_put(cache, hash_key(cache, a, rows[i].token_hash),
		    TOMBSTONE_SEQ, STR(""), TOMBSTONE_S);
		cache_put(cache, id_key(cache, a, rows[i].session_id),
		    TOMBSTONE_SEQ, STR(""), TOMBSTONE_S);
	}
	generation_end(&g);
}

/* ---- look-ups ---- */

/* 1 an active session, 0 a tombstone, -1 a miss. */
static int ask_cache(struct cache *cache, struct arena *a, struct str key,
    struct session *out)
{
	struct cache_item it = { .key = key };

	if (cache_get(cache, a, &it, 1) <= 0)
		return -1;
	if (it.seq == TOMBSTONE_SEQ)
		return 0;
	return unpack(&it, out) ? 1 : -1;
}

static int living(struct db *db, const struct session *s)
{
	return session_state(s, db_clock_ms(db)) == 0;
}

int session_cached(struct db *db, struct cache *cache, struct arena *a,
    struct str token, struct session *out)
{
	int found = -1;

	cache = generation_follow(db, cache);
	if (cache)
		found = ask_cache(cache, a,
		    hash_key(cache, a, hash_of(a, token)), out);
	return found > 0 ? living(db, out) : found;
}

int session_by_token(struct db *db, struct cache *cache, struct arena *a,
    struct str token, struct session *out, struct error *err)
{
	struct str hash = hash_of(a, token);
	int found;

	/* Before the row is read: see im/site/generation.h. */
	cache = generation_follow(db, cache);
	found = session_sql_by_hash(db, a, hash, out, err);
	if (found > 0 && cache)
		cache_session(cache, hash_key(cache, a, hash), out);
	return found > 0 ? living(db, out) : found;
}

int session_by_id(struct db *db, struct cache *cache, struct arena *a,
    int64_t session_id, struct session *out, struct error *err)
{
	struct str key = STR_NONE;
	int found = -1;

	cache = generation_follow(db, cache);
	if (cache) {
		key = id_key(cache, a, session_id);
		found = ask_cache(cache, a, key, out);
	}
	if (found < 0) {
		found = session_sql_by_id(db, a, session_id, out, err);
		if (found > 0)
			cache_session(cache, key, out);
	}
	return found > 0 ? living(db, out) : found;
}

int session_was(struct db *db, struct arena *a, struct str token,
    struct error *err)
{
	return session_sql_has_hash(db, a, hash_of(a, token), err);
}

int session_was_at(struct db *db, struct arena *a, int64_t user_id,
    struct str source, struct error *err)
{
	struct session *rows;
	size_t n;

	if (session_sql_places(db, a, user_id, db_clock_ms(db) - SESSION_TTL_MS,
		&rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].ip.p && str_eq(source_of(a, rows[i].ip), source))
			return 1;
	}
	return 0;
}

int session_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t session_id, struct session *out, struct error *err)
{
	int found = session_sql_get(db, a, user_id, session_id, out, err);

	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such session");
	return found < 0 ? -1 : 0;
}

int session_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t before, int64_t limit, struct session **out, size_t *n_out,
    struct error *err)
{
	return session_sql_list(db, a, user_id, before ? before : INT64_MAX,
	    db_clock_ms(db), limit, out, n_out, err);
}

int session_load(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct session **out, size_t *n_out, struct error *err)
{
	return session_sql_load(db, a, db_list(a, ids, n), out, n_out, err);
}

void session_touch(struct db *db, struct cache *cache, struct arena *a,
    struct session *s, struct str ip)
{
	int64_t now = db_clock_ms(db);
	struct session next = *s;
	struct error ignored;

	if (now - s->last_seen_ms < SESSION_TOUCH_MS)
		return;
	next.last_seen_ms = now;
	next.expires_ms = now + SESSION_TTL_MS;
	next.ip = ip;
	/* After a failure, the next request tries again. */
	if (session_sql_touch(db, &next, &ignored) <= 0)
		return;
	*s = next;
	cache = generation_follow(db, cache);
	if (!cache)
		return;
	cache_session(cache, hash_key(cache, a, s->token_hash), s);
	cache_session(cache, id_key(cache, a, s->session_id), s);
}

/* ---- changes ---- */

static int log_ended(struct db *db, struct arena *a, const struct session *rows,
    size_t n, struct error *err)
{
	struct app_event *events = ARENA_ARRAY(a, n, struct app_event);

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		events[i] = (struct app_event){
			.app_id = rows[i].app_id,
			.kind = APP_SESSION_ENDED,
			.user_id = rows[i].user_id,
			.ref_id = rows[i].session_id,
			.arg = rows[i].ended_reason,
		};
	return app_log_add(db, events, n, err);
}

struct creation {
	struct arena *arena;
	struct session *s;
	bool one_per_platform;
	struct session *ended; /* rows, with the reason of the end */
	size_t n_ended;
};

/* Most recently used first. */
static int by_use(const void *x, const void *y)
{
	const struct session *a = x, *b = y;

	return order_i64(b->last_seen_ms, a->last_seen_ms);
}

static int64_t fate(const struct creation *c, const struct session *old,
    size_t rank)
{
	if (old->expires_ms <= c->s->created_ms)
		return SESSION_EXPIRED;
	if (str_eq(old->device_id, c->s->device_id) ||
	    (c->one_per_platform && old->platform == c->s->platform) ||
	    rank >= SESSIONS_MAX - 1)
		return SESSION_REPLACED;
	return 0;
}

static int create(struct db *db, void *arg, struct error *err)
{
	struct creation *c = arg;
	struct app_event started = {
		.app_id = c->s->app_id,
		.kind = APP_SESSION_STARTED,
		.user_id = c->s->user_id,
		.ref_id = c->s->session_id,
	};
	struct session *open;
	size_t n, kept = 0;
	int64_t matched;
	int there = session_sql_lock_user(db, c->arena, c->s->user_id, err);

	if (there == 0)
		err_set(err, ERR_UNAUTHENTICATED, "no such account");
	if (there <= 0 ||
	    session_sql_open(db, c->arena, c->s->user_id, &open, &n, err) < 0)
		return -1;
	qsort(open, n, sizeof(*open), by_use);
	c->ended = ARENA_ARRAY(c->arena, n, struct session);
	c->n_ended = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t reason = fate(c, &open[i], kept);

		if (!reason) {
			kept++;
			continue;
		}
		open[i].ended_ms = c->s->created_ms;
		open[i].ended_reason = reason;
		c->ended[c->n_ended++] = open[i];
	}
	if (session_sql_end(db, c->ended, c->n_ended, &matched, err) < 0 ||
	    session_sql_insert(db, c->s, err) < 0 ||
	    log_ended(db, c->arena, c->ended, c->n_ended, err) < 0)
		return -1;
	return app_log_add(db, &started, 1, err);
}

/* The user's lock waits for the session that was lost. */
static int was_created(struct db *db, void *arg, struct error *err)
{
	const struct creation *c = arg;
	struct session there;

	if (session_sql_lock_user(db, c->arena, c->s->user_id, err) < 0)
		return -1;
	return session_sql_get(db, c->arena, c->s->user_id, c->s->session_id,
	    &there, err);
}

static void tell(struct arena *a, const struct session *rows, size_t n,
    struct session_ended **out, size_t *n_out)
{
	*out = ARENA_ARRAY(a, n, struct session_ended);
	*n_out = n;
	for (size_t i = 0; i < n; i++)
		(*out)[i] = (struct session_ended){ rows[i].session_id,
			rows[i].ended_reason };
}

int session_create(struct db *db, struct cache *cache, struct arena *a,
    struct session *s, struct str token, bool one_per_platform,
    struct session_ended **ended_out, size_t *n_ended_out, struct error *err)
{
	struct creation c = { .arena = a,
		.s = s,
		.one_per_platform = one_per_platform };

	if (node_next_id(db, &s->session_id, err) < 0)
		return -1;
	s->token_hash = hash_of(a, token);
	s->created_ms = s->last_seen_ms = db_clock_ms(db);
	s->expires_ms = s->created_ms + SESSION_TTL_MS;
	s->ended_ms = s->ended_reason = 0;
	if (db_tx_sure(db, create, was_created, &c, err) < 0)
		return -1;
	bury(db, cache, a, c.ended, c.n_ended);
	tell(a, c.ended, c.n_ended, ended_out, n_ended_out);
	return 0;
}

struct end_one {
	struct arena *arena;
	struct session *s;
	int64_t matched;
};

static int end_one(struct db *db, void *arg, struct error *err)
{
	struct end_one *e = arg;

	if (session_sql_end(db, e->s, 1, &e->matched, err) < 0)
		return -1;
	return e->matched ? log_ended(db, e->arena, e->s, 1, err) : 0;
}

int session_end(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t session_id, enum session_end reason,
    struct error *err)
{
	struct session s;
	struct end_one e = { a, &s, 0 };

	if (session_get(db, a, user_id, session_id, &s, err) < 0)
		return -1;
	s.ended_ms = db_clock_ms(db);
	s.ended_reason = reason;
	if (db_tx(db, end_one, &e, err) < 0)
		return -1;
	/* Even if it had ended before: that process may have died before this.
	 */
	bury(db, cache, a, &s, 1);
	return e.matched > 0;
}

struct ending {
	struct arena *arena;
	int64_t user_id, keep;
	enum session_end reason;
	struct session *ended;
	size_t n_ended;
};

static int end_all(struct db *db, void *arg, struct error *err)
{
	struct ending *e = arg;
	struct session *open;
	size_t n;
	int64_t matched, now = db_clock_ms(db);

	if (session_sql_open(db, e->arena, e->user_id, &open, &n, err) < 0)
		return -1;
	e->ended = ARENA_ARRAY(e->arena, n, struct session);
	e->n_ended = 0;
	for (size_t i = 0; i < n; i++) {
		if (open[i].session_id == e->keep)
			continue;
		open[i].ended_ms = now;
		open[i].ended_reason = e->reason;
		e->ended[e->n_ended++] = open[i];
	}
	if (session_sql_end(db, e->ended, e->n_ended, &matched, err) < 0)
		return -1;
	return log_ended(db, e->arena, e->ended, e->n_ended, err);
}

int session_end_all(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t keep, enum session_end reason,
    struct session_ended **ended_out, size_t *n_ended_out, struct error *err)
{
	struct ending e = { .arena = a,
		.user_id = user_id,
		.keep = keep,
		.reason = reason };

	if (db_tx(db, end_all, &e, err) < 0)
		return -1;
	bury(db, cache, a, e.ended, e.n_ended);
	tell(a, e.ended, e.n_ended, ended_out, n_ended_out);
	return 0;
}
