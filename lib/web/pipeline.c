/*
 * The steps of every request, in the order that the API defines: each relies on
 * the checks of those before it.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "http/status.h"
#include "io/json_writer.h"
#include "web/cors.h"
#include "web/reply.h"
#include "web/route.h"

#define FIELD_MAX 8192 /* bytes of a header, or of the target */

/* application/json, alone or with charset=utf-8 (RFC 9110 section 8.3.1). */
static bool is_json_type(struct str type)
{
	if (!str_is_nocase(str_trim(str_cut(&type, ';')), "application/json"))
		return false;
	while (type.p) {
		struct str value = str_trim(str_cut(&type, ';'));
		struct str name = str_cut(&value, '=');

		if (!name.len && !value.p)
			continue;
		if (!str_is_nocase(name, "charset") ||
		    (!str_is_nocase(value, "utf-8") &&
			!str_is_nocase(value, "\"utf-8\"")))
			return false;
	}
	return true;
}

static bool announces_more(const struct web_request *rq, size_t len)
{
	return rq->content_length > 0 && (uint64_t)rq->content_length > len;
}

static int check_size(struct web_request *rq, struct error *err)
{
	size_t max = web_route_body_max(rq->route);

	if (rq->raw_body.len > max || announces_more(rq, max))
		return err_set(err, ERR_TOO_LARGE, "the body is over %zu bytes",
		    max);
	return 0;
}

static int check_type(struct web_request *rq, struct error *err)
{
	bool empty = !rq->raw_body.len && !announces_more(rq, 0);

	if (empty || rq->route->flags & WEB_RAW_TYPE ||
	    is_json_type(rq->content_type))
		return 0;
	return err_field(err, ERR_UNSUPPORTED_MEDIA_TYPE, "Content-Type",
	    "must be application/json");
}

static bool gives_credential(const struct web_request *rq)
{
	return rq->authorization.p || rq->act_as.p || rq->gateway_session;
}

static int authenticate(struct web_request *rq, struct error *err)
{
	enum web_auth auth = rq->route->auth;

	if (auth == WEB_AUTH_NONE ||
	    (auth == WEB_AUTH_OPTIONAL && !gives_credential(rq)))
		return 0;
	if (!rq->app->authenticate)
		return err_set(err, ERR_UNAUTHENTICATED, "no credentials here");
	if (rq->app->authenticate(rq, err) < 0)
		return -1;
	if (auth == WEB_AUTH_OPTIONAL)
		return 0;
	if (!rq->caller.app_id)
		return err_set(err, ERR_UNAUTHENTICATED, "a token is needed");
	if (auth == WEB_AUTH_USER && !rq->caller.user_id)
		return err_field(err, ERR_INVALID_ARGUMENT, "Im-Act-As",
		    "an app key needs a user to act as");
	return 0;
}

static int check_key(struct web_request *rq, struct error *err)
{
	struct str key = rq->idempotency_key;

	if (!(rq->route->flags & (WEB_IDEMPOTENT | WEB_TAKES_KEY)) || !key.p)
		return 0;
	if (key.len < 1 || key.len > 64 || !str_is_printable(key, true))
		return err_field(err, ERR_INVALID_ARGUMENT, "Idempotency-Key",
		    "must have 1 to 64 printable ASCII characters");
	return 0;
}

static int parse_body(struct web_request *rq, struct error *err)
{
	if (!web_route_takes_body(rq->route))
		return 0;
	if (announces_more(rq, rq->raw_body.len))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "the body is shorter than announced");
	if (rq->route->flags & WEB_RAW_TYPE)
		return 0;
	if (json_parse(rq->arena, rq->raw_body, true, &rq->body, err) < 0)
		return -1;
	if (!json_is_object(rq->body))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "the body must be a JSON object");
	return 0;
}

static int decode(struct web_request *rq, const struct web_match *match,
    struct error *err)
{
	void *args = arena_alloc(rq->arena, rq->route->args_size);

	if (check_key(rq, err) < 0 || parse_body(rq, err) < 0)
		return -1;
	if (rq->route->flags & WEB_BY_PATH_ID)
		str_to_id(match->values[0], &rq->path_id);
	rq->args = args;
	return web_decode(rq, rq->route->args, args, match->values, err);
}

static int check_role(struct web_request *rq, struct error *err)
{
	if (rq->route->auth == WEB_AUTH_APP && !rq->caller.is_app)
		return err_set(err, ERR_FORBIDDEN, "an app key is needed");
	return 0;
}

int web_rate(struct web_request *rq, enum web_rate rate, struct error *err)
{
	if (rate == WEB_RATE_NONE || !rq->app->rate)
		return 0;
	return rq->app->rate(rq, rate, err);
}

void web_join(struct web_request *rq, void *prepared)
{
	BUG_ON(!rq->route->together);
	rq->joins = true;
	rq->prepared = prepared;
}

static int check_answer(struct web_request *rq, struct error *err)
{
	if (rq->out->depth)
		return err_set(err, ERR_INTERNAL, "unfinished JSON");
	if (!rq->buf->len && rq->status != HTTP_NO_CONTENT && !rq->out_type)
		return err_set(err, ERR_INTERNAL, "no answer");
	return 0;
}

static int finish_joint(struct web_request *rq, struct error *err)
{
	if (rq->route->together->finish(rq, err) < 0)
		return -1;
	return check_answer(rq, err);
}

static void nobody_waits(void *arg, struct web_request *rq)
{
	(void)arg;
	(void)rq;
}

static int handle(struct web_request *rq, struct error *err)
{
	if (!rq->has_rate && web_rate(rq, rq->route->rate, err) < 0)
		return -1;
	if (rq->route->handle(rq, err) < 0)
		return -1;
	if (!rq->joins)
		return check_answer(rq, err);
	if (rq->may_join) {
		rq->waits = true;
		return 0;
	}
	rq->route->together->work(&rq, 1, nobody_waits, NULL);
	return finish_joint(rq, err);
}

static void fail(struct web_request *rq, struct error *err)
{
	if (err->code == ERR_NONE)
		err_set(err, ERR_INTERNAL, "failed without a reason");
	web_problem(rq, err);
}

static bool has_key(const struct web_request *rq)
{
	return rq->idempotency_key.p && rq->route->flags & WEB_IDEMPOTENT &&
	       rq->app->once;
}

/*
 * Turns final failures into answers, so that they are stored under the
 * Idempotency-Key.
 */
static int work(struct web_request *rq, struct error *err)
{
	err_clear(err);
	web_reply_reset(rq);
	if (handle(rq, err) >= 0)
		return 0;
	if (err->code == ERR_NONE ||
	    !http_is_final(err_info(err->code)->status))
		return -1;
	fail(rq, err);
	return 0;
}

static int handle_once(struct web_request *rq, struct error *err)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct str body;
	int status, rc;

	crypto_sha256(hash, arena_printf(rq->arena, "%.*s %.*s\n%.*s",
				STR_ARG(rq->method), STR_ARG(rq->path),
				STR_ARG(json_canonical(rq->arena, rq->body))));
	rc = rq->app->once(rq, hash, work, &status, &body, err);
	if (rc > 0)
		web_reply_replay(rq, status, body);
	return rc < 0 ? -1 : 0;
}

static int answer_options(struct web_request *rq, const struct web_match *match,
    struct error *err)
{
	struct str methods = web_route_methods(rq, match->path);

	if (web_cors_is_preflight(rq))
		return web_cors_preflight(rq, methods, err);
	web_no_content(rq);
	web_header(rq, "Allow", methods);
	return 0;
}

/* Answers the request itself where the problem needs a header. */
static int check_method(struct web_request *rq, const struct web_match *match,
    struct error *err)
{
	if (match->route)
		return 0;
	err_set(err, ERR_METHOD_NOT_ALLOWED, "not a method of this path");
	web_problem(rq, err);
	web_header(rq, "Allow", web_route_methods(rq, match->path));
	return 1;
}

static int answer(struct web_request *rq, struct error *err)
{
	return has_key(rq) ? handle_once(rq, err) : handle(rq, err);
}

/*
 * The rate comes before the queue: who is above it takes no place there.  With
 * an Idempotency-Key it comes later, since a repeat is always answered.
 */
static int begin_wait(struct web_request *rq, struct error *err)
{
	if (!has_key(rq)) {
		if (web_rate(rq, rq->route->rate, err) < 0)
			return -1;
		rq->has_rate = true;
	}
	rq->waits = true;
	return 0;
}

static int run(struct web_request *rq, struct error *err)
{
	struct web_match match;
	int rc;

	if (rq->longest > FIELD_MAX)
		return err_set(err, ERR_HEADERS_TOO_LARGE,
		    "a header or the target is over %d bytes", FIELD_MAX);
	web_route_find(rq, &match);
	if (!match.path)
		return err_set(err, ERR_NOT_FOUND, "no such route");
	if (str_is(rq->method, "OPTIONS"))
		return answer_options(rq, &match, err);
	rc = check_method(rq, &match, err);
	if (rc)
		return rc;
	rq->route = match.route;
	if (web_route_takes_body(rq->route) &&
	    (check_size(rq, err) < 0 || check_type(rq, err) < 0))
		return -1;
	if (authenticate(rq, err) < 0 || decode(rq, &match, err) < 0 ||
	    check_role(rq, err) < 0)
		return -1;
	if (rq->may_wait && rq->route->flags & WEB_HEAVY)
		return begin_wait(rq, err);
	return answer(rq, err);
}

static void count(const struct web_request *rq, int64_t us)
{
	stat_add(STAT_HTTP_REQUESTS, 1);
	stat_add(STAT_HTTP_MICROSECONDS, us);
	if (rq->status < HTTP_BAD_REQUEST)
		stat_add(STAT_HTTP_2XX, 1);
	else
		stat_add(rq->status < HTTP_INTERNAL_ERROR ? STAT_HTTP_4XX
							  : STAT_HTTP_5XX,
		    1);
}

static enum log_level level_of(const struct web_request *rq)
{
	if (rq->status == HTTP_INTERNAL_ERROR)
		return LOG_ERROR;
	if (rq->status > HTTP_INTERNAL_ERROR)
		return LOG_WARN;
	return rq->route && rq->route->flags & WEB_QUIET &&
		       rq->status < HTTP_BAD_REQUEST
		   ? LOG_DEBUG
		   : LOG_INFO;
}

static void log_request(const struct web_request *rq, const struct error *err,
    int64_t us)
{
	char line[512], method[24], detail[240];
	enum log_level level = level_of(rq);
	int n;

	if (!log_is_on(level))
		return;
	n = snprintf(line, sizeof(line),
	    "method=%s route=%s status=%d ms=%" PRId64 " bytes=%zu",
	    log_quote(method, sizeof(method), rq->method),
	    rq->route ? rq->route->name : "-", rq->status, us / 1000,
	    rq->buf->len);
	if (rq->caller.app_id)
		n += snprintf(line + n, sizeof(line) - (size_t)n,
		    " app_id=%" PRId64 " user_id=%" PRId64, rq->caller.app_id,
		    rq->caller.user_id);
	if (err->code != ERR_NONE)
		n += snprintf(line + n, sizeof(line) - (size_t)n, " code=%s",
		    err_info(err->code)->code);
	if (err->code != ERR_NONE && rq->status >= HTTP_INTERNAL_ERROR)
		snprintf(line + n, sizeof(line) - (size_t)n, " detail=%s",
		    log_quote(detail, sizeof(detail), str_of(err->detail)));
	log_at(level, "request", "%s", line);
}

static void set_context(const struct web_request *rq)
{
	log_context("request_id=%.*s", STR_ARG(rq->request_id));
}

static void finish(struct web_request *rq, struct error *err)
{
	int64_t us;

	if (!str_is(rq->method, "OPTIONS"))
		web_cors_answer(rq);
	web_reply_finish(rq);
	us = clock_mono_us() - rq->start_us;
	count(rq, us);
	log_request(rq, err, us);
}

void web_handle(const struct web_app *app, struct web_request *rq)
{
	struct error err;

	err_clear(&err);
	rq->app = app;
	rq->start_us = clock_mono_us();
	web_request_id(rq);
	set_context(rq);
	web_reply_reset(rq);
	if (run(rq, &err) < 0)
		fail(rq, &err);
	if (!rq->waits)
		finish(rq, &err);
	log_context("%s", "");
}

void web_resume(struct web_request *rq, bool refuse)
{
	struct error err;
	int rc;

	err_clear(&err);
	set_context(rq);
	if (refuse) {
		stat_add(STAT_HTTP_CROWDED, 1);
		rc = err_set(&err, ERR_BUSY, "too many such requests at once");
	} else {
		rc = rq->joins ? finish_joint(rq, &err) : answer(rq, &err);
	}
	if (rc < 0)
		fail(rq, &err);
	finish(rq, &err);
	log_context("%s", "");
}
