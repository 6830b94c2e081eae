#include "service.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "im/site/rate.h"
#include "im/site/source.h"

static int unauthenticated(struct error *err)
{
	return err_set(err, ERR_UNAUTHENTICATED, "the credential is not valid");
}

/* RFC 6750 section 2.1; STR_NONE if there is no such credential. */
static struct str bearer(const struct web_request *rq)
{
	struct str rest = str_trim(rq->authorization), scheme;

	scheme = str_cut(&rest, ' ');
	if (scheme.len != 6 || strncasecmp(scheme.p, "Bearer", 6) || !rest.p)
		return STR_NONE;
	rest = str_trim(rest);
	return rest.len && str_is_printable(rest, false) ? rest : STR_NONE;
}

struct str service_ip(const struct web_request *rq)
{
	struct str ip = rq->remote_addr;

	return ip.len && ip.len <= 45 && str_is_printable(ip, false)
		   ? ip
		   : STR_NONE;
}

struct str service_source(const struct web_request *rq)
{
	return source_of(rq->arena, rq->remote_addr);
}

int service_check_refusals(struct web_request *rq, struct error *err)
{
	struct service *s = rq->thread;

	return rate_check(s->cache, rq->arena, RATE_REFUSED, service_source(rq),
	    err);
}

/* Counts the refusal, and may become another one. */
static void refused(struct web_request *rq, struct error *err)
{
	struct service *s = rq->thread;
	struct error limit;

	if (rate_take(s->cache, rq->arena, RATE_REFUSED, service_source(rq),
		NULL, &limit) < 0)
		*err = limit;
}

static void be_user(struct web_request *rq, struct session *s)
{
	struct service *sv = rq->thread;

	session_touch(sv->db, sv->cache, rq->arena, s, service_ip(rq));
	rq->caller = (struct web_caller){
		.app_id = s->app_id,
		.user_id = s->user_id,
		.session_id = s->session_id,
		.device_id = s->device_id,
	};
}

static int by_token(struct web_request *rq, struct str token,
    struct session *out, struct error *err)
{
	struct service *sv = rq->thread;
	int found = session_cached(sv->db, sv->cache, rq->arena, token, out);

	if (found >= 0)
		return found;
	if (service_check_refusals(rq, err) < 0)
		return -1;
	return session_by_token(sv->db, sv->cache, rq->arena, token, out, err);
}

static int by_session(struct web_request *rq, struct str token,
    struct error *err)
{
	struct service *sv = rq->thread;
	struct session s;
	int found;

	if (!token.p)
		found = session_by_id(sv->db, sv->cache, rq->arena,
		    rq->gateway_session, &s, err);
	else if (str_starts(token, SESSION_TOKEN_PREFIX))
		found = by_token(rq, token, &s, err);
	else
		found = service_jwt(rq, token, &s, err) < 0 ? -1 : 1;
	if (found <= 0)
		return found < 0 ? -1 : unauthenticated(err);
	if (rq->act_as.p)
		return err_field(err, ERR_INVALID_ARGUMENT, "Im-Act-As",
		    "only with an app key");
	be_user(rq, &s);
	return 0;
}

/* Im-Act-As: "<user_id>" or "@username", of the key's app. */
static int act_as(struct web_request *rq, int64_t key_id, struct error *err)
{
	struct service *sv = rq->thread;
	struct str who = str_trim(rq->act_as);
	struct user u;
	struct audit row = {
		.app_id = rq->caller.app_id,
		.actor = arena_printf(rq->arena, "key:%" PRId64, key_id),
		.action = str_of(rq->route->name),
	};
	int64_t id;
	int found = 0;
	bool reads;

	if (who.len > 1 && who.p[0] == '@')
		found = user_find_named(sv->db, rq->arena, rq->caller.app_id,
		    (struct str){ who.p + 1, who.len - 1 }, &u, err);
	else if (str_to_id(who, &id))
		found = user_find(sv->db, sv->cache, rq->arena,
		    rq->caller.app_id, id, &u, err);
	if (found < 0)
		return -1;
	if (found == 0 || u.disabled_ms)
		return err_field(err, ERR_INVALID_ARGUMENT, "Im-Act-As",
		    "no such user of this app");
	row.user_id = u.user_id;
	reads = !strcmp(rq->route->method, "GET");
	if ((reads ? audit_add_read : audit_add)(sv->db, &row, err) < 0)
		return -1;
	rq->caller.user_id = u.user_id;
	return 0;
}

static int by_app_key(struct web_request *rq, struct str key, struct error *err)
{
	struct service *sv = rq->thread;
	struct app_key k;
	int found = service_check_refusals(rq, err);

	if (found == 0)
		found = app_key_check(sv->db, rq->arena, key, &k, err);

	if (found <= 0)
		return found < 0 ? -1 : unauthenticated(err);
	rq->caller = (struct web_caller){
		.app_id = k.app_id,
		.key_id = k.key_id,
		.is_app = true,
	};
	return rq->act_as.p ? act_as(rq, k.key_id, err) : 0;
}

int service_authenticate(struct web_request *rq, struct error *err)
{
	struct str token = bearer(rq);
	int rc;

	service_check(rq->thread);
	/* The gateway has checked the token; clients cannot set this. */
	if (rq->gateway_session)
		rc = by_session(rq, STR_NONE, err);
	else if (!token.p)
		rc = err_set(err, ERR_UNAUTHENTICATED,
		    "a bearer token is needed");
	else if (str_starts(token, APP_KEY_PREFIX))
		rc = by_app_key(rq, token, err);
	else
		rc = by_session(rq, token, err);
	if (rc < 0)
		rq->caller = (struct web_caller){ .app_id = 0 };
	if (rc < 0 && err->code == ERR_UNAUTHENTICATED && token.p)
		refused(rq, err);
	return rc;
}

int service_audit(struct web_request *rq, int64_t user_id, struct str detail,
    struct error *err)
{
	struct service *sv = rq->thread;
	struct audit row = {
		.app_id = rq->caller.app_id,
		.actor = arena_printf(rq->arena, "key:%" PRId64,
		    rq->caller.key_id),
		.action = str_of(rq->route->name),
		.user_id = user_id,
		.detail = detail,
	};
	bool reads = !strcmp(rq->route->method, "GET");

	return (reads ? audit_add_read : audit_add)(sv->db, &row, err);
}
