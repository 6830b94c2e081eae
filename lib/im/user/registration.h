/*
 * registration: where the pushes of a user's devices go.
 *
 * A device has at most one, which belongs to the open session of that device.
 * It ends with the session (log-out, kick, replaced by another device's, the
 * user disabled or erased), in the same transaction, and when another user logs
 * in on the device.  The same user who logs in again on it keeps it.  A session
 * that has run out keeps it until its row is removed.
 *
 * A token belongs to the device of the app that registered it last.  Whoever
 * had it before has no registration any more.
 *
 * generation is new and higher with each put: what a provider said of an older
 * one changes nothing.
 */
#ifndef IM_REGISTRATION_H
#define IM_REGISTRATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "im/user/session.h"
#include "io/db.h"

/* The words of the API, for str_word(); their places are the numbers in the
 * database. */
#define REGISTRATION_PROVIDERS "apns|fcm|webpush|huawei|mipush"
#define REGISTRATION_STATES    "ok|dead|unknown"

#define REGISTRATION_TOKEN_MAX  2048
#define REGISTRATION_KIND_MAX   16
#define REGISTRATION_TOPIC_MAX  255
#define REGISTRATION_P256DH_MAX 128
#define REGISTRATION_AUTH_MAX   64
#define REGISTRATION_LOCALE_MAX 35 /* RFC 5646 section 4.4.1 */
#define REGISTRATION_REASON_MAX 64

enum registration_state {
	REGISTRATION_OK = 1,
	REGISTRATION_DEAD,    /* the provider knows the token no more */
	REGISTRATION_UNKNOWN, /* nothing was sent to it yet */
};

struct registration {
	int64_t user_id;
	struct str device_id;
	int64_t app_id, session_id;
	int64_t provider; /* a place in REGISTRATION_PROVIDERS */
	struct str token_hash, token;
	struct str token_kind, topic; /* may be empty */
	int64_t is_sandbox;
	struct str p256dh, auth, locale; /* may be empty */
	int64_t state;                   /* enum registration_state */
	struct str reason;
	int64_t registered_ms, last_ok_ms, generation;
};

/* Of the services; of who reads those of one user; of what ends sessions. */
extern const struct db_stmt *const registration_statements[];
extern const struct db_stmt *const registration_list_statements[];
extern const struct db_stmt *const registration_end_statements[];
/* Of im-push. */
extern const struct db_stmt *const registration_push_statements[];

/*
 * In a transaction of its own.  in: user_id, device_id, app_id, provider, token
 * and what goes with it; fills the rest.  The same again changes the state to
 * unknown.  NOT_FOUND: the user has no open session on the device.
 */
int registration_put(struct db *db, struct arena *a, struct registration *r,
    struct error *err);
/* 1 ended, 0 there was none. */
int registration_end(struct db *db, int64_t user_id, struct str device_id,
    struct error *err);
/* Those of the user, in the order of device_id. */
int registration_list(struct db *db, struct arena *a, int64_t user_id,
    struct registration **out, size_t *n_out, struct error *err);

/* ---- for im/user/session, in the transaction that ends them ---- */

/* Sessions have ended. */
int registration_end_sessions(struct db *db, const struct session *ended,
    size_t n, struct error *err);
/* `s` has begun; sessions of its own device that it replaces hand over to it,
 * the others of `ended` end theirs, and so do other users on its device. */
int registration_follow(struct db *db, struct arena *a, const struct session *s,
    const struct session *ended, size_t n, struct error *err);

/* ---- for im-push ---- */

/* Of n users at once, in the order of (user_id, device_id); without those whose
 * user or app is disabled. */
int registration_load(struct db *db, struct arena *a, const int64_t *user_ids,
    size_t n, struct registration **out, size_t *n_out, struct error *err);
/* 1 with it, or 0. */
int registration_find(struct db *db, struct arena *a, int64_t user_id,
    struct str device_id, struct registration *out, struct error *err);
/*
 * What the provider said: in: user_id, device_id, generation, state, reason,
 * and last_ok_ms if state is REGISTRATION_OK.  1, or 0: there is another
 * generation.  dead_since_ms: only if it was registered before; 0: always.
 */
int registration_learn(struct db *db, const struct registration *r,
    int64_t dead_since_ms, struct error *err);

#endif
