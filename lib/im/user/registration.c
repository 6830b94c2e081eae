#include "im/user/registration.h"

#include <stdlib.h>

#include "base/crypto.h"
#include "base/order.h"
#include "im/site/node.h"
#include "im/user/registration_sql.h"
#include "io/db_clock.h"

static struct str text_of(struct str s)
{
	return s.p ? s : STR("");
}

/* Of the provider and the token: two providers may give out the same text. */
static struct str hash_token(struct arena *a, const struct registration *r)
{
	uint8_t *hash = arena_alloc(a, CRYPTO_HASH_LEN);

	crypto_sha256(hash,
	    arena_printf(a, "%.*s %.*s",
		STR_ARG(str_word(REGISTRATION_PROVIDERS, r->provider)),
		STR_ARG(r->token)));
	return (struct str){ (const char *)hash, CRYPTO_HASH_LEN };
}

struct put {
	struct arena *arena;
	struct registration *r;
};

/* The end of the session, and what follows it, wait for this lock. */
static int lock_session(struct db *db, const struct put *p, struct error *err)
{
	int open = registration_sql_lock_session(db, p->arena, p->r, err);

	if (open == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "no session of the user is open on this device");
	return open < 0 ? -1 : 0;
}

/* The token that the device had already is as alive as it was. */
static void keep(struct registration *r, const struct registration *there)
{
	r->state = REGISTRATION_UNKNOWN;
	r->reason = STR("");
	r->last_ok_ms = 0;
	if (!there || !str_eq(there->token_hash, r->token_hash))
		return;
	r->last_ok_ms = there->last_ok_ms;
	if (there->state == REGISTRATION_OK)
		r->state = REGISTRATION_OK;
}

static int replace(struct db *db, const struct put *p, struct error *err)
{
	struct registration there;
	int found = registration_sql_lock(db, p->arena, p->r, &there, err);

	if (found < 0)
		return -1;
	keep(p->r, found ? &there : NULL);
	if (found && registration_sql_drop(db, p->r, NULL, err) < 0)
		return -1;
	if (registration_sql_drop_token(db, p->r, err) < 0)
		return -1;
	return registration_sql_insert(db, p->r, err);
}

static int put(struct db *db, void *arg, struct error *err)
{
	struct put *p = arg;
	int rc;

	if (lock_session(db, p, err) < 0)
		return -1;
	rc = replace(db, p, err);
	/* Another device has just registered the token; its row can be seen
	 * now. */
	if (rc < 0 && db_is_duplicate(db))
		rc = replace(db, p, err);
	return rc;
}

/* The session's lock waits for the transaction that was lost. */
static int was_put(struct db *db, void *arg, struct error *err)
{
	struct put *p = arg;
	struct registration there;
	int found;

	if (lock_session(db, p, err) < 0)
		return -1;
	found = registration_sql_lock(db, p->arena, p->r, &there, err);
	return found > 0 ? there.generation == p->r->generation : found;
}

int registration_put(struct db *db, struct arena *a, struct registration *r,
    struct error *err)
{
	struct put p = { a, r };

	r->token_hash = hash_token(a, r);
	r->token_kind = text_of(r->token_kind);
	r->topic = text_of(r->topic);
	r->p256dh = text_of(r->p256dh);
	r->auth = text_of(r->auth);
	r->locale = text_of(r->locale);
	r->registered_ms = db_clock_ms(db);
	if (node_next_id(db, &r->generation, err) < 0)
		return -1;
	return db_tx_sure(db, put, was_put, &p, err);
}

int registration_end(struct db *db, int64_t user_id, struct str device_id,
    struct error *err)
{
	struct registration r = { .user_id = user_id, .device_id = device_id };
	int64_t n;

	if (registration_sql_drop(db, &r, &n, err) < 0)
		return -1;
	return n > 0;
}

int registration_list(struct db *db, struct arena *a, int64_t user_id,
    struct registration **out, size_t *n_out, struct error *err)
{
	return registration_sql_list(db, a, user_id, out, n_out, err);
}

/* ---- sessions ---- */

int registration_end_sessions(struct db *db, const struct session *ended,
    size_t n, struct error *err)
{
	return n ? registration_sql_end_sessions(db, ended, n, err) : 0;
}

int registration_follow(struct db *db, struct arena *a, const struct session *s,
    const struct session *ended, size_t n, struct error *err)
{
	struct session *others = ARENA_ARRAY(a, n + 1, struct session);
	size_t n_others = 0;

	for (size_t i = 0; i < n; i++) {
		if (!str_eq(ended[i].device_id, s->device_id))
			others[n_others++] = ended[i];
		else if (registration_sql_hand_over(db, s, ended[i].session_id,
			     err) < 0)
			return -1;
	}
	if (registration_end_sessions(db, others, n_others, err) < 0)
		return -1;
	/* Many users have it. */
	if (str_eq(s->device_id, STR(SESSION_DEVICE_UNNAMED)))
		return 0;
	return registration_sql_end_others(db, s, err);
}

/* ---- im-push ---- */

static int by_device(const void *x, const void *y)
{
	const struct registration *a = x, *b = y;
	int order = order_i64(a->user_id, b->user_id);

	return order ? order : str_cmp(a->device_id, b->device_id);
}

int registration_load(struct db *db, struct arena *a, const int64_t *user_ids,
    size_t n, struct registration **out, size_t *n_out, struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (!n)
		return 0;
	if (registration_sql_load(db, a, db_set(a, user_ids, n), out, n_out,
		err) < 0)
		return -1;
	qsort(*out, *n_out, sizeof(**out), by_device);
	return 0;
}

int registration_find(struct db *db, struct arena *a, int64_t user_id,
    struct str device_id, struct registration *out, struct error *err)
{
	return registration_sql_find(db, a, user_id, device_id, out, err);
}

int registration_learn(struct db *db, const struct registration *r,
    int64_t dead_since_ms, struct error *err)
{
	struct registration_lesson in = { *r,
		dead_since_ms ? dead_since_ms : INT64_MAX };

	in.r.reason = text_of(r->reason);
	return registration_sql_learn(db, &in, err);
}
