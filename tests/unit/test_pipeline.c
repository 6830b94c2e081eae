#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/stat.h"
#include "child.h"
#include "sample_call.h"

static struct call c;

static int set_up(void **state)
{
	(void)state;
	call_init(&c);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	call_release(&c);
	return 0;
}

#define BODY "{\"name\":\"a\"}"

static void answers(void **state)
{
	(void)state;
	assert_int_equal(call(&c, "GET", "/v1/things?limit=7", NULL), 200);
	assert_int_equal(json_get_int(c.json, "limit", 0), 7);
	assert_true(str_starts(c.head, "Status: 200 OK\r\n"));
	assert_string_equal(call_header(&c, "Content-Type"),
	    "application/json");
	assert_string_equal(call_header(&c, "Cache-Control"), "no-store");
	assert_int_equal(strtol(call_header(&c, "Content-Length"), NULL, 10),
	    c.body.len);
	assert_non_null(call_header(&c, "X-Request-Id"));
	assert_null(call_header(&c, "Vary"));

	assert_int_equal(call(&c, "POST", "/v1/things", BODY), 201);
	assert_true(str_starts(c.head, "Status: 201 Created\r\n"));
	assert_string_equal(call_header(&c, "ETag"), "\"7\"");

	assert_int_equal(call(&c, "DELETE", "/v1/things/5", NULL), 204);
	assert_int_equal(c.body.len, 0);
	assert_null(call_header(&c, "Content-Type"));
	assert_null(call_header(&c, "Content-Length"));

	assert_int_equal(call(&c, "PUT", "/v1/things/5/marks/%C3%A9", NULL),
	    200);
	assert_string_equal(call_text(&c, "mark"), "\xc3\xa9");
	assert_string_equal(call_text(&c, "id"), "5");
}

static void head(void **state)
{
	char length[32], id[] = "/v1/things/5";

	(void)state;
	call(&c, "GET", id, NULL);
	snprintf(length, sizeof(length), "%zu", c.body.len);
	assert_int_equal(call(&c, "HEAD", id, NULL), 200);
	assert_int_equal(c.body.len, 0);
	assert_string_equal(call_header(&c, "Content-Length"), length);
	assert_string_equal(call_header(&c, "ETag"), "\"7\"");
	assert_int_equal(call(&c, "HEAD", "/v1/fail", NULL), 405);
}

/*
 * A request with every error, then one error less each time: the first check
 * that fails decides.
 */
static void order_of_checks(void **state)
{
	static char big[WEB_BODY_MAX + 2];
	int n = 0;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	for (;; n++) {
		static const int want[] = { 404, 405, 413, 415, 401, 400, 403 };

		call_begin(&c, n < 2 ? "TRACE" : "POST",
		    n < 1 ? "/v1/nowhere?x=1" : "/v1/things?x=1");
		web_param(c.rq, STR("HTTP_AUTHORIZATION"),
		    n < 5 ? STR("Bearer x") : STR("Bearer user"));
		web_param(c.rq, STR("CONTENT_TYPE"),
		    n < 4 ? STR("text/plain") : STR("application/json"));
		c.rq->raw_body = n < 3 ? str_of(big) : STR("{");
		if (n == 6)
			break;
		assert_int_equal(call_end(&c), want[n]);
	}
	/* rights come after fields */
	call_begin(&c, "GET", "/v1/app?limit=x");
	assert_int_equal(call_end(&c), 400);
	assert_int_equal(call(&c, "GET", "/v1/app", NULL), 403);
	/* the rate is last */
	sample_rate_is_used_up = true;
	assert_int_equal(call(&c, "GET", "/v1/things?limit=x", NULL), 400);
	assert_int_equal(call(&c, "GET", "/v1/things", NULL), 429);
	assert_int_equal(json_get_int(c.json, "retry_after_ms", 0), 1500);
	assert_string_equal(call_header(&c, "Retry-After"), "2");
	assert_int_equal(sample_calls, 0);
}

static void sizes(void **state)
{
	static char big[WEB_BODY_MAX + 2];

	(void)state;
	/* exactly the bound is accepted */
	memset(big, ' ', sizeof(big) - 1);
	memcpy(big, BODY, strlen(BODY));
	call_begin(&c, "POST", "/v1/things");
	call_body(&c, big);
	c.rq->raw_body.len = WEB_BODY_MAX;
	assert_int_equal(call_end(&c), 201);
	call_begin(&c, "POST", "/v1/things");
	call_body(&c, big);
	assert_int_equal(c.rq->raw_body.len, WEB_BODY_MAX + 1);
	assert_int_equal(call_end(&c), 413);

	/* Content-Length is too large: not even read */
	call_begin(&c, "POST", "/v1/things");
	call_body(&c, "");
	web_param(c.rq, STR("CONTENT_LENGTH"), STR("65537"));
	assert_int_equal(web_body_room(c.rq), 0);
	assert_int_equal(call_end(&c), 413);
	call_begin(&c, "POST", "/v1/raw");
	web_param(c.rq, STR("CONTENT_LENGTH"), STR("101"));
	assert_int_equal(call_end(&c), 413);

	/* truncated */
	call_begin(&c, "POST", "/v1/things");
	call_body(&c, BODY);
	web_param(c.rq, STR("CONTENT_LENGTH"), STR("500"));
	assert_int_equal(web_body_room(c.rq), 500);
	assert_int_equal(call_end(&c), 400);

	/* invalid lengths are ignored */
	call_begin(&c, "POST", "/v1/things");
	assert_int_equal(web_body_room(c.rq), WEB_BODY_MAX + 1);
	web_param(c.rq, STR("CONTENT_LENGTH"), STR("-5"));
	assert_int_equal(web_body_room(c.rq), WEB_BODY_MAX + 1);
	web_param(c.rq, STR("CONTENT_LENGTH"), STR("99999999999999999999"));
	assert_int_equal(web_body_room(c.rq), WEB_BODY_MAX + 1);
	web_param(c.rq, STR("CONTENT_LENGTH"), STR("0"));
	assert_int_equal(web_body_room(c.rq), 0);

	/* a body that is ignored is not read */
	call_begin(&c, "GET", "/v1/things");
	web_param(c.rq, STR("CONTENT_LENGTH"), STR("99999999"));
	assert_int_equal(web_body_room(c.rq), 0);
	assert_int_equal(call_end(&c), 200);
	call_begin(&c, "POST", "/v1/nowhere");
	assert_int_equal(web_body_room(c.rq), 0);
}

static void types(void **state)
{
	static const struct {
		const char *type;
		int status;
	} cases[] = {
		{ "application/json", 201 },
		{ "Application/JSON", 201 },
		{ "application/json; charset=utf-8", 201 },
		{ "application/json;charset=UTF-8", 201 },
		{ "application/json ; Charset=\"utf-8\";", 201 },
		{ "application/json; charset=latin1", 415 },
		{ "application/json; charset", 415 },
		{ "application/json; v=1", 415 },
		{ "application/jsonx", 415 },
		{ "application/problem+json", 415 },
		{ "text/plain", 415 },
		{ "", 415 },
		{ NULL, 415 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		call_begin(&c, "POST", "/v1/things");
		web_param(c.rq, STR("CONTENT_TYPE"), str_of(cases[i].type));
		c.rq->raw_body = STR(BODY);
		if (call_end(&c) != cases[i].status)
			fail_msg("%s: %d", cases[i].type, c.status);
		if (c.status == 415)
			assert_string_equal(call_text(&c, "field"),
			    "Content-Type");
	}
	/* an empty body needs no type; the error is the missing name */
	call_begin(&c, "POST", "/v1/things");
	assert_int_equal(call_end(&c), 400);
	assert_string_equal(call_text(&c, "field"), "name");
	call_begin(&c, "POST", "/v1/raw");
	web_param(c.rq, STR("CONTENT_TYPE"), STR("image/png"));
	c.rq->raw_body = STR("{no json");
	assert_int_equal(call_end(&c), 200);
	assert_true(str_is(c.body, "{no json"));
	assert_string_equal(call_header(&c, "Content-Type"), "text/plain");
}

static void bodies(void **state)
{
	static const struct {
		const char *method, *target, *body;
		int status;
		const char *field;
	} cases[] = {
		{ "POST", "/v1/things", "[]", 400, NULL },
		{ "POST", "/v1/things", "null", 400, NULL },
		{ "POST", "/v1/things", "\xff", 400, NULL },
		{ "POST", "/v1/things", BODY "x", 400, NULL },
		{ "DELETE", "/v1/things/5", "{}", 204, NULL },
		{ "DELETE", "/v1/things/5", "{\"a\":1}", 400, "a" },
		{ "DELETE", "/v1/things/x", "{\"a\":1}", 400, "a" },
		{ "DELETE", "/v1/things/x", NULL, 404, NULL },
		{ "GET", "/v1/things/5", "{broken", 200, NULL },
		{ "PATCH", "/v1/things/5", "  ", 200, NULL },
		{ "PATCH", "/v1/things/5", "{\"size\":5.0}", 400, "size" },
		{ "PATCH", "/v1/things/5?size=5", "{}", 400, "size" },
		{ "PUT", "/v1/things/5/marks/a", "{\"mark\":\"b\"}", 400,
		    "mark" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (call(&c, cases[i].method, cases[i].target, cases[i].body) !=
		    cases[i].status)
			fail_msg("%zu: %d %.*s", i, c.status, STR_ARG(c.body));
		if (cases[i].field)
			assert_string_equal(call_text(&c, "field"),
			    cases[i].field);
	}
}

static int as(const char *authorization, const char *act_as, const char *target)
{
	call_begin(&c, "GET", target);
	web_param(c.rq, STR("HTTP_AUTHORIZATION"), str_of(authorization));
	if (act_as)
		web_param(c.rq, STR("HTTP_IM_ACT_AS"), str_of(act_as));
	return call_end(&c);
}

static void callers(void **state)
{
	(void)state;
	assert_int_equal(as(NULL, NULL, "/v1/things/mine"), 401);
	assert_int_equal(as("", NULL, "/v1/things/mine"), 401);
	assert_int_equal(as("Bearer user", NULL, "/v1/things/mine"), 200);
	assert_string_equal(call_text(&c, "user_id"), "7");
	assert_int_equal(as("Bearer app", NULL, "/v1/things/mine"), 400);
	assert_string_equal(call_text(&c, "field"), "Im-Act-As");
	assert_int_equal(as("Bearer app", "9", "/v1/things/mine"), 200);
	assert_string_equal(call_text(&c, "user_id"), "9");

	assert_int_equal(as("Bearer app", NULL, "/v1/app"), 200);
	assert_int_equal(as("Bearer user", NULL, "/v1/app"), 403);
	assert_int_equal(as(NULL, NULL, "/v1/app"), 401);

	assert_int_equal(as(NULL, NULL, "/v1/maybe"), 200);
	assert_string_equal(call_text(&c, "user_id"), "0");
	assert_int_equal(as("Bearer user", NULL, "/v1/maybe"), 200);
	assert_string_equal(call_text(&c, "user_id"), "7");
	assert_int_equal(as("Bearer app", NULL, "/v1/maybe"), 200);
	assert_int_equal(as("Bearer x", NULL, "/v1/maybe"), 401);
	/* ignored */
	assert_int_equal(as("Bearer x", NULL, "/v1/big"), 200);
}

static void gateway(void **state)
{
	(void)state;
	call_begin(&c, "GET", "/v1/things/mine");
	web_param(c.rq, STR("HTTP_AUTHORIZATION"), STR_NONE);
	web_param(c.rq, STR("IM_SESSION"), STR("12"));
	assert_int_equal(call_end(&c), 200);
	assert_int_equal(c.rq->gateway_session, 12);

	call_begin(&c, "POST", "/internal/ping");
	web_param(c.rq, STR("HTTP_IM_INTERNAL"), STR("1"));
	assert_int_equal(call_end(&c), 404);
	call_begin(&c, "OPTIONS", "/internal/ping");
	assert_int_equal(call_end(&c), 404);
	call_begin(&c, "POST", "/internal/ping");
	web_param(c.rq, STR("IM_INTERNAL"), STR("1"));
	assert_int_equal(call_end(&c), 200);
	call_begin(&c, "POST", "/internal/ping");
	web_param(c.rq, STR("IM_INTERNAL"), STR("0"));
	assert_int_equal(call_end(&c), 404);
	/* headers that a client could send */
	call_begin(&c, "GET", "/v1/things/mine");
	web_param(c.rq, STR("HTTP_AUTHORIZATION"), STR_NONE);
	web_param(c.rq, STR("HTTP_IM_SESSION"), STR("12"));
	assert_int_equal(call_end(&c), 401);
}

static void request_ids(void **state)
{
	static const struct {
		const char *id;
		bool taken;
	} cases[] = {
		{ "a", true },
		{ "aZ0._-", true },
		{ "1234567890123456789012345678901234567890123456789012345678"
		  "901234",
		    true },
		{ "1234567890123456789012345678901234567890123456789012345678"
		  "9012345",
		    false },
		{ "", false },
		{ "a b", false },
		{ "a\r\nX: y", false },
		{ "\xc3\xa9", false },
	};
	char last[65] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got;

		call_begin(&c, "GET", "/v1/big");
		web_param(c.rq, STR("HTTP_X_REQUEST_ID"), str_of(cases[i].id));
		call_end(&c);
		got = call_header(&c, "X-Request-Id");
		assert_int_equal(!strcmp(got, cases[i].id), cases[i].taken);
		if (cases[i].taken)
			continue;
		assert_in_range(strlen(got), 16, 64);
		assert_true(str_is_alnum_or(str_of(got), "._-"));
		assert_string_not_equal(got, last);
		snprintf(last, sizeof(last), "%s", got);
	}
}

static void targets(void **state)
{
	(void)state;
	/* REQUEST_URI takes precedence, and is not decoded */
	call_begin(&c, "GET", "/v1/things?limit=7");
	web_param(c.rq, STR("QUERY_STRING"), STR("limit=8"));
	web_param(c.rq, STR("PATH_INFO"), STR("/v1/nowhere"));
	assert_int_equal(call_end(&c), 200);
	assert_int_equal(json_get_int(c.json, "limit", 0), 7);
	/* plain CGI without it */
	call_begin(&c, "GET", NULL);
	web_param(c.rq, STR("PATH_INFO"), STR("/v1/things"));
	web_param(c.rq, STR("QUERY_STRING"), STR("limit=8"));
	assert_int_equal(call_end(&c), 200);
	assert_int_equal(json_get_int(c.json, "limit", 0), 8);
	/* nothing at all */
	web_worker_end(&c.w);
	c.rq = web_worker_begin(&c.w);
	assert_int_equal(call_end(&c), 404);
	assert_int_equal(call(&c, "GET", "/v1/things?", NULL), 200);
}

/* The rate and everything before it come first; then it waits. */
static void heavy_ones_wait(void **state)
{
	struct web_worker other;
	struct str answer;

	(void)state;
	assert_int_equal(call(&c, "POST", "/v1/heavy", NULL), 200);
	call_begin(&c, "POST", "/v1/heavy")->may_wait = true;
	call_body(&c, "{\"no\":1}");
	assert_int_equal(call_end(&c), 400);
	call_begin(&c, "POST", "/v1/heavy")->may_wait = true;
	sample_rate_is_used_up = true;
	assert_int_equal(call_end(&c), 429);
	sample_rate_is_used_up = false;
	for (int refuse = 0; refuse < 2; refuse++) {
		int calls = sample_calls;

		call_begin(&c, "POST", "/v1/heavy")->may_wait = true;
		assert_int_equal(web_worker_answer(&c.w).len, 0);
		assert_true(c.rq->waits);
		assert_int_equal(sample_calls, calls);
		/* Its rate was taken. */
		sample_rate_is_used_up = true;
		answer = web_worker_resume(&c.w, refuse);
		sample_rate_is_used_up = false;
		assert_true(
		    str_starts(answer, refuse ? "Status: 503" : "Status: 200"));
		assert_int_equal(sample_calls, calls + !refuse);
	}
	/* Others never wait. */
	call_begin(&c, "GET", "/v1/things")->may_wait = true;
	assert_int_equal(call_end(&c), 200);
	web_worker_init_bare(&other, &sample_app);
	web_worker_move_thread(&c.w, &other);
	assert_null(c.w.thread);
	web_worker_move_thread(&other, &c.w);
	web_worker_release(&other);
}

static void counts(void **state)
{
	int64_t all = stat_get(STAT_HTTP_REQUESTS);
	int64_t good = stat_get(STAT_HTTP_2XX), bad = stat_get(STAT_HTTP_4XX);
	int64_t worse = stat_get(STAT_HTTP_5XX);

	(void)state;
	call(&c, "GET", "/v1/things", NULL);
	call(&c, "GET", "/v1/nowhere", NULL);
	call(&c, "GET", "/v1/health", NULL);
	call(&c, "OPTIONS", "/v1/things", NULL);
	assert_int_equal(stat_get(STAT_HTTP_REQUESTS), all + 4);
	assert_int_equal(stat_get(STAT_HTTP_2XX), good + 2);
	assert_int_equal(stat_get(STAT_HTTP_4XX), bad + 1);
	assert_int_equal(stat_get(STAT_HTTP_5XX), worse + 1);
}

static void log_three(void *arg)
{
	(void)arg;
	log_init("test", LOG_INFO);
	call_begin(&c, "POST", "/v1/things?secret=1");
	web_param(c.rq, STR("HTTP_X_REQUEST_ID"), STR("id-1"));
	call_body(&c, "{\"secret\":1}");
	call_end(&c);
	call(&c, "GET", "/v1/health", NULL);
	call(&c, "GET", "/v1/health?x=1", NULL);
	call_begin(&c, "SECRET METHOD", "/secret");
	web_param(c.rq, STR("HTTP_AUTHORIZATION"), STR("Bearer secret"));
	call_end(&c);
	log_info("outside", "a=1");
}

/* One line per request, without private data of the client. */
static void logs_one_line(void **state)
{
	char text[CHILD_TEXT_LEN], *line;

	(void)state;
	assert_int_equal(child_run(log_three, NULL, text), 0);
	assert_null(strstr(text, "secret"));
	line = strstr(text, "level=info");
	assert_non_null(line);
	assert_non_null(strstr(line,
	    " ev=request request_id=id-1 method=POST route=thing.create "
	    "status=400 ms=0 bytes="));
	assert_non_null(
	    strstr(line, " app_id=1 user_id=7 code=invalid_argument\n"));
	line = strstr(text, "level=warn");
	assert_non_null(line);
	assert_non_null(strstr(line, "method=GET route=health status=503"));
	line = strchr(line, '\n');
	assert_non_null(strstr(line, "level=info"));
	assert_non_null(strstr(line, "method=GET route=health status=400"));
	assert_non_null(strstr(text,
	    "method=\"SECRET METHOD\" route=- status=404 ms=0 bytes="));
	assert_non_null(strstr(text, "ev=outside a=1\n"));
	/* five lines */
	for (int i = 0; i < 5; i++) {
		line = i ? line : text;
		line = strchr(line, '\n');
		assert_non_null(line++);
	}
	assert_string_equal(line, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers),
		TEST(head),
		TEST(order_of_checks),
		TEST(sizes),
		TEST(types),
		TEST(bodies),
		TEST(callers),
		TEST(gateway),
		TEST(request_ids),
		TEST(targets),
		TEST(heavy_ones_wait),
		TEST(counts),
		TEST(logs_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
