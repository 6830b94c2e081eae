#include "im/user/session.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/order.h"
#include "im/site/app.h"
#include "im/site/app_log.h"
#include "im/site/generation.h"
#include "im/site/node.h"
#include "im/site/source.h"
#include "im/user/session_cache.h"
#include "im/user/session_jwt.h"
#include "im/user/session_sql.h"
#include "io/db_clock.h"

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

/* ---- look-ups ---- */

static int living(struct db *db, const struct session *s)
{
	return session_state(s, db_clock_ms(db)) == 0;
}

int session_cached(struct db *db, struct cache *cache, struct arena *a,
    struct str token, struct session *out)
{
	struct session_place at;
	int found;

	session_cache_by_hash(&at, generation_follow(db, cache),
	    session_cache_hash(a, token));
	found = session_cache_ask(&at, a, out);
	return found > 0 ? living(db, out) : found;
}

int session_by_token(struct db *db, struct cache *cache, struct arena *a,
    struct str token, struct session *out, struct error *err)
{
	struct str hash = session_cache_hash(a, token);
	struct session_place at;
	int found;

	/* Before the row is read: see im/site/generation.h. */
	session_cache_by_hash(&at, generation_follow(db, cache), hash);
	found = session_sql_by_hash(db, a, hash, out, err);
	if (found > 0)
		session_cache_put(&at, a, out);
	return found > 0 ? living(db, out) : found;
}

int session_by_id(struct db *db, struct cache *cache, struct arena *a,
    int64_t session_id, struct session *out, struct error *err)
{
	struct session_place at;
	int found;

	session_cache_by_id(&at, generation_follow(db, cache), session_id);
	found = session_cache_ask(&at, a, out);
	/* A JWT may have extended it since the copy was stored. */
	if (found > 0 && !living(db, out))
		found = -1;
	if (found < 0) {
		found = session_sql_by_id(db, a, session_id, out, err);
		if (found > 0)
			session_cache_put(&at, a, out);
	}
	return found > 0 ? living(db, out) : found;
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
	if (!s->is_jwt)
		next.expires_ms = now + SESSION_TTL_MS;
	next.ip = ip;
	/* After a failure, the next request tries again. */
	if (session_sql_touch(db, &next, &ignored) <= 0)
		return;
	*s = next;
	session_cache_renew(generation_follow(db, cache), a, s);
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
	struct cache *cache; /* of generation_follow() */
	struct arena *arena;
	struct session *s;
	const struct session_jwt *jwt; /* NULL: of a token */
	struct session continued;      /* by the JWT; session_id 0: none */
	int64_t policy;                /* enum app_login */
	struct session *ended;         /* rows, with the reason of the end */
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
	    c->policy == APP_LOGIN_ONE ||
	    (c->policy == APP_LOGIN_ONE_PER_PLATFORM &&
		old->platform == c->s->platform) ||
	    rank >= SESSIONS_MAX - 1)
		return SESSION_REPLACED;
	return 0;
}

/* Sorts out which of the open sessions the new one ends. */
static void choose_ended(struct creation *c, struct session *open, size_t n)
{
	size_t kept = 0;

	qsort(open, n, sizeof(*open), by_use);
	c->ended = ARENA_ARRAY(c->arena, n, struct session);
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
}

/* 1 with c->continued, 0 the JWT needs a session. */
static int continue_jwt(struct db *db, struct creation *c,
    const struct session *open, size_t n, struct error *err)
{
	int64_t session_id;
	int found;

	if (!c->jwt)
		return 0;
	found = session_jwt_find(db, NULL, c->arena, c->s->user_id,
	    c->jwt->token, NULL, &session_id, err);
	if (found > 0)
		return session_sql_get(db, c->arena, c->s->user_id, session_id,
		    &c->continued, err);
	if (found < 0)
		return -1;
	return session_jwt_continue(db, c->jwt, c->s, open, n, &c->continued,
	    err);
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
	size_t n;
	int64_t matched;
	int there = session_sql_lock_user(db, c->arena, c->s->user_id, err);

	c->continued.session_id = 0;
	c->n_ended = 0;
	if (there == 0)
		err_set(err, ERR_UNAUTHENTICATED, "no such account");
	if (there <= 0 ||
	    session_sql_open(db, c->arena, c->s->user_id, &open, &n, err) < 0)
		return -1;
	there = continue_jwt(db, c, open, n, err);
	if (there != 0)
		return there < 0 ? -1 : 0;
	choose_ended(c, open, n);
	if (session_sql_end(db, c->ended, c->n_ended, &matched, err) < 0 ||
	    session_sql_insert(db, c->s, err) < 0 ||
	    log_ended(db, c->arena, c->ended, c->n_ended, err) < 0 ||
	    app_log_add(db, &started, 1, err) < 0)
		return -1;
	session_cache_doubt(c->cache, c->arena, c->ended, c->n_ended);
	return 0;
}

/* The user's lock waits for the session that was lost. */
static int was_created(struct db *db, void *arg, struct error *err)
{
	const struct creation *c = arg;
	struct session there;

	if (session_sql_lock_user(db, c->arena, c->s->user_id, err) < 0)
		return -1;
	/* What it did for a JWT it finds done when it runs again. */
	if (c->continued.session_id)
		return 0;
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

struct burial {
	struct db *db;
	struct cache *cache;
	struct arena *arena;
	const struct session *rows;
	size_t n;
};

static void bury(void *arg)
{
	const struct burial *b = arg;

	session_cache_bury(b->db, b->cache, b->arena, b->rows, b->n);
}

static void bury_later(struct db *db, struct cache *cache,
    const struct creation *c)
{
	struct burial *b = ARENA_NEW(c->arena, struct burial);

	*b = (struct burial){ db, cache, c->arena, c->ended, c->n_ended };
	db_after_commit(db, c->arena, bury, b);
}

static int open_session(struct db *db, struct cache *cache, struct creation *c,
    struct str token, struct error *err)
{
	struct session *s = c->s;

	if (!s->session_id && node_next_id(db, &s->session_id, err) < 0)
		return -1;
	s->token_hash = session_cache_hash(c->arena, token);
	s->created_ms = s->last_seen_ms = db_clock_ms(db);
	s->is_jwt = c->jwt != NULL;
	s->expires_ms = c->jwt ? c->jwt->until_ms
			       : s->created_ms + SESSION_TTL_MS;
	s->ended_ms = s->ended_reason = 0;
	if (generation_tx(db, cache, create, was_created, c, err) < 0)
		return -1;
	bury_later(db, cache, c);
	return 0;
}

int session_create(struct db *db, struct cache *cache, struct arena *a,
    struct session *s, struct str token, int64_t login_policy,
    struct session_ended **ended_out, size_t *n_ended_out, struct error *err)
{
	struct creation c = { .cache = generation_follow(db, cache),
		.arena = a,
		.s = s,
		.policy = login_policy };

	s->session_id = 0;
	if (open_session(db, cache, &c, token, err) < 0)
		return -1;
	tell(a, c.ended, c.n_ended, ended_out, n_ended_out);
	return 0;
}

int session_open_jwt(struct db *db, struct cache *cache, struct arena *a,
    struct session *s, const struct session_jwt *jwt, int64_t login_policy,
    struct session_ended **ended_out, size_t *n_ended_out, struct error *err)
{
	struct creation c = { .cache = generation_follow(db, cache),
		.arena = a,
		.s = s,
		.jwt = jwt,
		.policy = login_policy };

	/* No token has the hash of this. */
	if (node_next_id(db, &s->session_id, err) < 0 ||
	    open_session(db, cache, &c,
		arena_printf(a, "jwt %" PRId64, s->session_id), err) < 0)
		return -1;
	tell(a, c.ended, c.n_ended, ended_out, n_ended_out);
	if (!c.continued.session_id)
		return 0;
	*s = c.continued;
	if (!s->ended_ms)
		session_cache_renew(generation_follow(db, cache), a, s);
	return 0;
}

/* Their locks wait for the session of the database that was lost. */
static int have_ended(struct db *db, struct arena *a,
    const struct session *rows, size_t n, struct error *err)
{
	struct session there;
	int found = 1;

	for (size_t i = 0; i < n && found > 0; i++) {
		found = session_sql_lock(db, a, rows[i].user_id,
		    rows[i].session_id, &there, err);
		if (found > 0 && !there.ended_ms)
			return 0;
	}
	return found;
}

struct end_one {
	struct cache *cache; /* of generation_follow() */
	struct arena *arena;
	struct session *s;
	int64_t matched;
};

static int end_one(struct db *db, void *arg, struct error *err)
{
	struct end_one *e = arg;

	if (session_sql_end(db, e->s, 1, &e->matched, err) < 0)
		return -1;
	if (!e->matched)
		return 0;
	session_cache_doubt(e->cache, e->arena, e->s, 1);
	return log_ended(db, e->arena, e->s, 1, err);
}

static int was_ended(struct db *db, void *arg, struct error *err)
{
	const struct end_one *e = arg;

	return have_ended(db, e->arena, e->s, 1, err);
}

int session_end(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t session_id, enum session_end reason,
    struct error *err)
{
	struct session s;
	struct end_one e = { generation_follow(db, cache), a, &s, 0 };

	if (session_get(db, a, user_id, session_id, &s, err) < 0)
		return -1;
	s.ended_ms = db_clock_ms(db);
	s.ended_reason = reason;
	if (generation_tx(db, cache, end_one, was_ended, &e, err) < 0)
		return -1;
	/* Even if it had ended before: that process may have died before this.
	 */
	session_cache_bury(db, cache, a, &s, 1);
	return e.matched > 0;
}

struct ending {
	struct cache *cache; /* of generation_follow() */
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
	session_cache_doubt(e->cache, e->arena, e->ended, e->n_ended);
	return log_ended(db, e->arena, e->ended, e->n_ended, err);
}

/* Others may have ended a few of them; then it runs again for the rest. */
static int were_ended(struct db *db, void *arg, struct error *err)
{
	const struct ending *e = arg;

	return have_ended(db, e->arena, e->ended, e->n_ended, err);
}

int session_end_all(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t keep, enum session_end reason,
    struct session_ended **ended_out, size_t *n_ended_out, struct error *err)
{
	struct ending e = { .cache = generation_follow(db, cache),
		.arena = a,
		.user_id = user_id,
		.keep = keep,
		.reason = reason };

	if (generation_tx(db, cache, end_all, were_ended, &e, err) < 0)
		return -1;
	session_cache_bury(db, cache, a, e.ended, e.n_ended);
	tell(a, e.ended, e.n_ended, ended_out, n_ended_out);
	return 0;
}
