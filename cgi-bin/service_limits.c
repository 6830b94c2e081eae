#include "service.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "im/site/generation.h"
#include "im/site/rate.h"

#define ONCE_TRIES \
	4 /* look-ups of the answer of the request that holds
			    * the key */
#define ORIGINS_MS       5000
#define ORIGINS_RETRY_MS 1000

/* ---- rates ---- */

int service_rate(struct web_request *rq, enum web_rate rate, struct error *err)
{
	static const enum rate_class classes[WEB_RATE_MAX] = {
		[WEB_RATE_READ] = RATE_READ,
		[WEB_RATE_WRITE] = RATE_WRITE,
		[WEB_RATE_SEND] = RATE_SEND,
		[WEB_RATE_LOGIN] = RATE_LOGIN,
		[WEB_RATE_SIGNUP] = RATE_SIGNUP,
	};
	struct service *s = rq->thread;
	struct rate_left left;
	struct str who;
	int rc;

	/* An app's server makes requests for many users from one address. */
	if (rq->caller.is_app && !rq->caller.user_id)
		return 0;
	if (rq->caller.user_id)
		who = arena_printf(rq->arena, "u%" PRId64, rq->caller.user_id);
	else
		who = service_source(rq);
	rc = rate_take(s->cache, rq->arena, classes[rate], who, &left, err);
	if (left.limit)
		rq->rate = (struct web_rate_left){ left.limit, left.left,
			left.ends_ms };
	return rc;
}

/* ---- Idempotency-Key ---- */

struct once {
	struct web_request *rq;
	int (*work)(struct web_request *rq, struct error *err);
	struct idem idem;
	bool is_repeat;
	bool is_sealed;
	uint8_t seal[CRYPTO_KEY_LEN];
};

/* Inserting the key waits for another request that holds it.  The handler's own
 * transactions become parts of this one. */
static int once_tx(struct db *db, void *arg, struct error *err)
{
	struct once *o = arg;
	int claimed = idem_claim(db, &o->idem, err);

	o->is_repeat = claimed == 0;
	if (claimed <= 0 || o->work(o->rq, err) < 0)
		return -1;
	o->idem.status = o->rq->status;
	o->idem.body = buf_view(o->rq->buf);
	if (o->is_sealed)
		o->idem.body = crypto_seal(o->rq->arena, o->seal, o->idem.body);
	return idem_keep(db, &o->idem, err);
}

/* Claiming the key waits for the session that was lost.  If another request
 * has it now, ours has left nothing, and running again finds that one. */
static int once_was_done(struct db *db, void *arg, struct error *err)
{
	struct once *o = arg;
	struct idem there = o->idem;
	int found = idem_claim(db, &there, err);

	if (found == 0)
		found = idem_find(db, o->rq->arena, &there, err);
	else if (found > 0)
		return 0;
	if (found < 0)
		return err->code == ERR_CONFLICT ? 0 : -1;
	return found > 0 && there.status == o->idem.status &&
	       str_eq(there.body, o->idem.body);
}

/* 1 with status and body of the first answer, 0 there is none. */
static int find_answer(struct once *o, struct error *err)
{
	struct idem *i = &o->idem;
	int found = idem_find(service_of(o->rq)->db, o->rq->arena, i, err);

	if (found <= 0 || !o->is_sealed)
		return found;
	i->body = crypto_unseal(o->rq->arena, o->seal, i->body);
	if (!i->body.p)
		return err_set(err, ERR_INTERNAL, "an answer cannot be read");
	return 1;
}

/*
 * Nobody's key: of the app, or of the site and the app that the body names.
 * Key and request are kept such that the row does not help to guess the
 * password of a sign-up or log-in: the hash of the request is keyed with what
 * the row does not show.  A secret answer is sealed with the same.
 */
static void hide_key(struct web_request *rq, struct once *o)
{
	struct idem *i = &o->idem;
	uint8_t *hash = arena_alloc(rq->arena, CRYPTO_HASH_LEN);
	uint8_t key[CRYPTO_HASH_LEN];

	crypto_hmac(hash, i->key, i->request_hash);
	o->is_sealed = rq->route->flags & WEB_SECRET;
	crypto_hmac(o->seal, i->key,
	    arena_printf(rq->arena, "answer %.*s",
		STR_ARG(crypto_hex(rq->arena, i->request_hash.p,
		    i->request_hash.len))));
	crypto_sha256(key,
	    arena_printf(rq->arena, "%.*s\n%.*s\n%.*s", STR_ARG(rq->host),
		STR_ARG(json_get_str(rq->body, "app")), STR_ARG(i->key)));
	i->shard_id = rq->caller.app_id;
	i->request_hash = (struct str){ (char *)hash, CRYPTO_HASH_LEN };
	i->key = crypto_hex(rq->arena, key, sizeof(key));
}

int service_once(struct web_request *rq, const uint8_t *request_hash,
    int (*work)(struct web_request *rq, struct error *err), int *status_out,
    struct str *body_out, struct error *err)
{
	struct service *s = rq->thread;
	struct once o = {
		.rq = rq,
		.work = work,
		.idem = {
			.shard_id = rq->path_id ? rq->path_id
						: rq->caller.user_id,
			.user_id = rq->caller.user_id,
			.key = rq->idempotency_key,
			.request_hash = { (const char *)request_hash,
			    CRYPTO_HASH_LEN },
		},
	};
	int found;

	if (!rq->caller.user_id || rq->route->flags & WEB_SECRET)
		hide_key(rq, &o);
	/* While it can be read: not within the transaction. */
	generation_follow(s->db, s->cache);
	for (int try = 0; try < ONCE_TRIES; try++) {
		found = find_answer(&o, err);
		if (found > 0) {
			*status_out = (int)o.idem.status;
			*body_out = o.idem.body;
		}
		if (found != 0)
			return found;
		if (db_tx_sure(s->db, once_tx, once_was_done, &o, err) == 0)
			return 0;
		if (err->code == ERR_UNCERTAIN)
			generation_doubt(s->db, s->cache);
		if (!o.is_repeat)
			return -1;
	}
	return err_set(err, ERR_BUSY, "the key is in use");
}

/* ---- origins ---- */

static void refresh_origins(struct service *s)
{
	int64_t now = clock_mono_ms();
	struct arena next;
	struct error err;
	struct app *apps;
	size_t n;

	if (now < s->origins_until_ms)
		return;
	arena_init(&next);
	if (app_list(s->db, &next, &apps, &n, &err) < 0) {
		/* Keeps the old list. */
		arena_release(&next);
		s->origins_until_ms = now + ORIGINS_RETRY_MS;
		return;
	}
	arena_release(&s->origins_arena);
	s->origins_arena = next;
	s->origins = apps;
	s->n_origins = n;
	s->origins_until_ms = now + ORIGINS_MS;
}

bool service_origin_allowed(struct web_request *rq, struct str origin)
{
	struct service *s = rq->thread;

	refresh_origins(s);
	for (size_t i = 0; i < s->n_origins; i++) {
		const struct app *a = &s->origins[i];

		if (a->disabled_ms ||
		    (rq->caller.app_id && rq->caller.app_id != a->app_id))
			continue;
		if (app_has_origin(a->origins, origin))
			return true;
	}
	return false;
}
