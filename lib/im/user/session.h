/*
 * session: a user's log-in on a device.
 *
 * Only the client knows the token; its SHA-256 is stored.  A session lasts
 * until it is ended or has not been used for SESSION_TTL_MS; that of JWTs as
 * long as they do (im/user/session_jwt.h).
 *
 * Look-ups go through memcached, under s:<generation>:<hash> and
 * i:<generation>:<session_id>, with seq = last_seen_ms and for SESSION_CACHE_S
 * at most.  An end stores a tombstone with the highest seq, so that a reader
 * that read the row before the end cannot restore the session.  If memcached
 * was unavailable then, or nobody knows whether it was committed, a new
 * generation begins (im/site/generation.h).  A mark that is stored before the
 * commit sends look-ups to the database, should the process die in between.
 *
 * Active ones are also kept in the process for a second (im/site/recent.h).
 * Once a function here that ends sessions has returned, no request that begins
 * on this host takes one of them for active, and after RECENT_MS none on any
 * host.  These functions are not called within another transaction, whose
 * commit would come too late; but session_create() may be, and then this holds
 * once that has committed.
 */
#ifndef IM_SESSION_H
#define IM_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/cache.h"
#include "io/db.h"

#define SESSION_TTL_MS       (INT64_C(90) * 24 * 3600 * 1000)
#define SESSION_TOUCH_MS     (INT64_C(5) * 60 * 1000) /* of last_seen */
#define SESSION_CACHE_S      60
#define SESSIONS_MAX         100 /* per user; above that the oldest is ended */
#define SESSION_TOKEN_PREFIX "imu_"
#define SESSION_DEVICE_MAX   64

enum session_platform {
	PLATFORM_IOS = 1,
	PLATFORM_ANDROID,
	PLATFORM_WEB,
	PLATFORM_DESKTOP,
	PLATFORM_BOT,
	PLATFORM_OTHER,
};
/* The words of the API, for str_word(). */
#define SESSION_PLATFORMS "ios|android|web|desktop|bot|other"

enum session_end {
	SESSION_LOGGED_OUT = 1,
	SESSION_KICKED,
	SESSION_REPLACED,
	SESSION_EXPIRED,
};
const char *session_end_name(int64_t reason);

struct session {
	int64_t session_id, user_id, app_id;
	int64_t platform;
	int64_t created_ms, last_seen_ms, expires_ms;
	int64_t ended_ms, ended_reason;
	int64_t is_jwt; /* of JWTs: lasts until the last of them runs out */
	struct str token_hash;
	struct str device_id;
	struct str device_name, ip; /* p NULL: unknown */
};

struct session_ended {
	int64_t session_id;
	int64_t reason;
};

extern const struct db_stmt *const session_statements[];

/*
 * Creates a session.  in: user_id, app_id, platform, device_id, device_name,
 * ip; the rest is filled.  Ends what it replaces: the sessions of the same
 * device, those that the policy of the app (enum app_login) names, and the
 * least recently used above SESSIONS_MAX.  token: from crypto_token().  Errors:
 * UNAUTHENTICATED if the user is deleted or disabled.
 */
int session_create(struct db *db, struct cache *cache, struct arena *a,
    struct session *s, struct str token, int64_t login_policy,
    struct session_ended **ended_out, size_t *n_ended_out, struct error *err);

/*
 * The same for a JWT: continues the session of its device if there is one, and
 * fills *s with it.  It may have ended: see session_by_id().
 */
struct session_jwt;
int session_open_jwt(struct db *db, struct cache *cache, struct arena *a,
    struct session *s, const struct session_jwt *jwt, int64_t login_policy,
    struct session_ended **ended_out, size_t *n_ended_out, struct error *err);

/*
 * 1 active, 0 not, which includes sessions of a disabled user or app.
 * session_cached() asks memcached alone; -1: session_by_token() knows.
 */
int session_cached(struct db *db, struct cache *cache, struct arena *a,
    struct str token, struct session *out);
int session_by_token(struct db *db, struct cache *cache, struct arena *a,
    struct str token, struct session *out, struct error *err);
int session_by_id(struct db *db, struct cache *cache, struct arena *a,
    int64_t session_id, struct session *out, struct error *err);

/*
 * 1 if the user had a session at the source (im/site/source.h) that was in use
 * within SESSION_TTL_MS, else 0.
 */
int session_was_at(struct db *db, struct arena *a, int64_t user_id,
    struct str source, struct error *err);

/* Records that it is in use; writes at most every SESSION_TOUCH_MS. */
void session_touch(struct db *db, struct cache *cache, struct arena *a,
    struct session *s, struct str ip);

/* A session of the user, ended or not; NOT_FOUND. */
int session_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t session_id, struct session *out, struct error *err);
/* Active sessions below `before` (0: all), newest first. */
int session_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t before, int64_t limit, struct session **out, size_t *n_out,
    struct error *err);

/* 1 ended now, 0 it had ended before; NOT_FOUND. */
int session_end(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t session_id, enum session_end reason,
    struct error *err);
/* Ends all sessions of a user (disabled, new password) except `keep`. */
int session_end_all(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t keep, enum session_end reason,
    struct session_ended **ended_out, size_t *n_ended_out, struct error *err);

/*
 * For checking many sessions: the rows of n sessions, including ended ones, in
 * no order; unknown ones are left out.  session_state() of a row: 0 active,
 * else why it ended (enum session_end).
 */
int session_load(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct session **out, size_t *n_out, struct error *err);
int64_t session_state(const struct session *s, int64_t now_ms);

#endif
