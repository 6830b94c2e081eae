#include "service.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "im/site/rate.h"

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
	struct str who = rq->remote_addr;

	/* An app's server speaks for many, from one address. */
	if (rq->caller.is_app && !rq->caller.user_id)
		return 0;
	if (rq->caller.user_id)
		who = arena_printf(rq->arena, "u%" PRId64, rq->caller.user_id);
	return rate_take(s->cache, rq->arena, classes[rate], who, err);
}

/* ---- Idempotency-Key ---- */

int service_idem_begin(struct web_request *rq, const uint8_t *request_hash,
    int *status_out, struct str *body_out, struct error *err)
{
	struct service *s = rq->thread;
	int rc;

	s->idem = (struct idem){
		.user_id = rq->caller.user_id,
		.key = rq->idempotency_key,
		.request_hash = { (const char *)request_hash, CRYPTO_HASH_LEN },
	};
	rc = idem_begin(s->db, rq->arena, &s->idem, err);
	if (rc > 0) {
		*status_out = (int)s->idem.status;
		*body_out = s->idem.body;
	}
	return rc;
}

void service_idem_end(struct web_request *rq, const uint8_t *request_hash,
    int status, struct str body)
{
	struct service *s = rq->thread;
	struct error err;

	(void)request_hash; /* idem_begin() keeps it */
	s->idem.status = status;
	s->idem.body = body;
	/* The answer goes out all the same; a repeat finds the key in use
	 * for a while. */
	if (idem_end(s->db, &s->idem, &err) < 0)
		log_info("idem", "code=%s", err_info(err.code)->code);
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
		/* What was known stays. */
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
