#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

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

/* The answer is exactly one problem document. */
static void is_problem(int status, const char *code, const char *field)
{
	char type[64];
	size_t members = 6;

	assert_int_equal(c.status, status);
	assert_string_equal(call_header(&c, "Content-Type"),
	    "application/problem+json");
	assert_string_equal(call_header(&c, "Cache-Control"), "no-store");
	assert_true(json_is_object(c.json));
	snprintf(type, sizeof(type), "urn:imcloud:problem:%s", code);
	assert_string_equal(call_text(&c, "type"), type);
	assert_string_equal(call_text(&c, "code"), code);
	assert_int_equal(json_get_int(c.json, "status", 0), status);
	assert_true(json_get_str(c.json, "title").len > 0);
	assert_true(json_get_str(c.json, "detail").len > 0);
	assert_string_equal(call_text(&c, "request_id"),
	    call_header(&c, "X-Request-Id"));
	if (field) {
		members++;
		assert_string_equal(call_text(&c, "field"), field);
	}
	if (status == 429 || status == 503) {
		members++;
		assert_true(json_get_int(c.json, "retry_after_ms", 0) > 0);
		assert_non_null(call_header(&c, "Retry-After"));
	} else {
		assert_null(call_header(&c, "Retry-After"));
	}
	assert_int_equal(json_object_size(c.json), members);
}

static void every_code(void **state)
{
	(void)state;
	for (int code = ERR_NONE + 1; code < ERR_MAX; code++) {
		const struct err_info *info = err_info(code);
		struct error err;

		call_begin(&c, "GET", "/v1/things");
		web_handle(&sample_app, c.rq);
		err_field(&err, code, "a.0.b", "because");
		web_problem(c.rq, &err);
		buf_clear(&c.w.answer);
		assert_true(str_starts(buf_view(c.rq->buf),
		    "{\"type\":\"urn:imcloud:problem:"));
		assert_int_equal(c.rq->status, info->status);
		assert_non_null(strstr(c.rq->buf->p, info->code));
		assert_non_null(strstr(c.rq->buf->p, "\"field\":\"a.0.b\""));
	}
}

static void replaces_what_was_written(void **state)
{
	(void)state;
	call(&c, "POST", "/v1/fail", "{\"code\":\"conflict\"}");
	is_problem(409, "conflict", "name");
	assert_null(call_header(&c, "ETag"));
	assert_null(strstr(c.body.p, "half"));
	assert_string_equal(call_text(&c, "detail"), "taken");
}

static void retry(void **state)
{
	int64_t ms;

	(void)state;
	call(&c, "POST", "/v1/fail", "{\"code\":\"busy\"}");
	is_problem(503, "busy", NULL);
	assert_int_equal(json_get_int(c.json, "retry_after_ms", 0), 2001);
	assert_string_equal(call_header(&c, "Retry-After"), "3");
	call(&c, "POST", "/v1/fail", "{\"code\":\"rate_limited\"}");
	is_problem(429, "rate_limited", NULL);
	ms = json_get_int(c.json, "retry_after_ms", 0);
	assert_in_range(ms, 1000, 1999);
	assert_string_equal(call_header(&c, "Retry-After"),
	    ms > 1000 ? "2" : "1");
	call(&c, "GET", "/v1/health", NULL);
	assert_int_equal(c.status, 503);
	assert_string_equal(call_text(&c, "status"), "down");
	assert_string_equal(call_header(&c, "Retry-After"), "1");
}

/* The reason is logged, and not sent to the client. */
static void internal(void **state)
{
	static const char *const codes[] = { "internal", "none", "open",
		"empty" };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		char body[64];

		snprintf(body, sizeof(body), "{\"code\":\"%s\"}", codes[i]);
		call(&c, "POST", "/v1/fail", body);
		is_problem(500, "internal", NULL);
		assert_null(strstr(c.body.p, "secret"));
	}
}

static void special_headers(void **state)
{
	(void)state;
	call(&c, "PUT", "/v1/things", NULL);
	is_problem(405, "method_not_allowed", NULL);
	assert_string_equal(call_header(&c, "Allow"),
	    "GET, HEAD, POST, OPTIONS");
	call_begin(&c, "GET", "/v1/things");
	web_param(c.rq, STR("HTTP_AUTHORIZATION"), STR("Bearer x"));
	call_end(&c);
	is_problem(401, "unauthenticated", NULL);
	assert_string_equal(call_header(&c, "WWW-Authenticate"), "Bearer");
	call(&c, "GET", "/nowhere", NULL);
	is_problem(404, "not_found", NULL);
	assert_null(call_header(&c, "WWW-Authenticate"));
}

static void field_and_detail_are_text(void **state)
{
	(void)state;
	call(&c, "POST", "/v1/things", "{\"\\u0001\\\"\\n<\":1}");
	is_problem(400, "invalid_argument", "\x01\"\n<");
	call(&c, "POST", "/v1/things", "{\"a\":1,\"a\":2}");
	is_problem(400, "invalid_argument", "a");
	call(&c, "GET", "/v1/things?%F0%9F%98%80=1", NULL);
	is_problem(400, "invalid_argument", "\xf0\x9f\x98\x80");
}

static void of_head(void **state)
{
	(void)state;
	call(&c, "HEAD", "/v1/things?limit=x", NULL);
	assert_int_equal(c.status, 400);
	assert_int_equal(c.body.len, 0);
	assert_true(strtol(call_header(&c, "Content-Length"), NULL, 10) > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_code),
		TEST(replaces_what_was_written),
		TEST(retry),
		TEST(internal),
		TEST(special_headers),
		TEST(field_and_detail_are_text),
		TEST(of_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
