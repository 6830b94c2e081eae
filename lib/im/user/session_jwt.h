/*
 * session_jwt: the sessions that JWTs open and continue.
 *
 * A user has one such session per device.  The first JWT opens it, each later
 * one continues it, and it ends when the last of them has run out.  The hash of
 * each text is kept until then, with its session: a text whose session has
 * ended does not open another.
 *
 * Under j:<generation>:<hash> memcached has the session of a text whose
 * signature was verified, with the key_id of the key as its seq: it counts
 * while the key is still this one (im/site/jwt_key.h).  The process keeps that
 * for a second, as it does sessions, until the key is changed.  Whether the
 * session is active is asked of session_by_id().  With a key its texts are no
 * longer believed; a session that they have opened runs out with the last of
 * them.
 */
#ifndef IM_SESSION_JWT_H
#define IM_SESSION_JWT_H

#include "im/user/session.h"

extern const struct db_stmt *const session_jwt_statements[];

struct session_jwt {
	struct str token;
	int64_t until_ms; /* when it has run out */
};

/* Who has signed it: an app with its secret, or with the key of this name. */
struct session_jwt_signer {
	struct str app;
	struct str kid; /* p NULL: the secret */
	int64_t key_id; /* after it was verified; 0: the secret */
};

/* The session of a text that was verified before: 1, or 0.  The first asks
 * memcached alone, the second is for who has verified it again; without a cache
 * `by` may be NULL. */
int session_jwt_cached(struct db *db, struct cache *cache, struct arena *a,
    struct str token, const struct session_jwt_signer *by,
    int64_t *session_id_out);
int session_jwt_find(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, struct str token, const struct session_jwt_signer *by,
    int64_t *session_id_out, struct error *err);

/*
 * In the transaction that locks the user: continues the session of the device
 * of `s` among those that are open, and returns 1 with it; or 0.  Keeps the
 * text in both cases, in the latter for s->session_id.
 */
int session_jwt_continue(struct db *db, const struct session_jwt *j,
    const struct session *s, const struct session *open, size_t n,
    struct session *out, struct error *err);

#endif
