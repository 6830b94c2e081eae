#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zlib.h>

#include "http/cors.h"
#include "http/gzip.h"
#include "http/percent.h"
#include "http/problem.h"
#include "http/query.h"
#include "http/request_id.h"
#include "http/status.h"
#include "io/json.h"

static int set_up(void **state)
{
	static struct arena a;

	arena_init(&a);
	*state = &a;
	return 0;
}

static int tear_down(void **state)
{
	arena_release(*state);
	return 0;
}

/* ---- statuses ---- */

static void statuses(void **state)
{
	(void)state;
	assert_string_equal(http_reason(HTTP_OK), "OK");
	assert_string_equal(http_reason(431),
	    "Request Header Fields Too Large");
	assert_string_equal(http_reason(418), "Unknown");
	for (int code = ERR_NONE + 1; code < ERR_MAX; code++)
		assert_string_not_equal(http_reason(err_info(code)->status),
		    "Unknown");
	assert_true(http_is_final(201));
	assert_true(http_is_final(409));
	assert_false(http_is_final(401));
	assert_false(http_is_final(429));
	assert_false(http_is_final(500));
	assert_false(http_is_final(503));
}

/* ---- problem documents ---- */

static void problems(void **state)
{
	struct error err;
	struct buf b;
	static const enum err_code inside[] = { ERR_INTERNAL, ERR_DUPLICATE,
		ERR_SCHEMA };
	json_t *v;

	buf_init(&b);
	err_field(&err, ERR_INVALID_ARGUMENT, "after", "must be \"x\"");
	http_problem_write(&b, &err, STR("r-1"));
	assert_string_equal(b.p,
	    "{\"type\":\"urn:imcloud:problem:invalid_argument\","
	    "\"title\":\"The request is not valid.\",\"status\":400,"
	    "\"code\":\"invalid_argument\",\"detail\":\"must be \\\"x\\\"\","
	    "\"field\":\"after\",\"request_id\":\"r-1\"}");
	buf_clear(&b);
	err_set(&err, ERR_BUSY, "%s", "");
	err.retry_after_ms = 1500;
	http_problem_write(&b, &err, STR("r-2"));
	assert_int_equal(json_parse(*state, buf_view(&b), false, &v, &err), 0);
	assert_int_equal(json_get_int(v, "retry_after_ms", 0), 1500);
	assert_true(json_get_str(v, "detail").len > 0);
	buf_clear(&b);
	for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++) {
		buf_clear(&b);
		err_set(&err, inside[i], "%s", "a secret");
		http_problem_write(&b, &err, STR("r-3"));
		assert_null(strstr(b.p, "secret"));
	}
	buf_release(&b);
}

static void retries(void **state)
{
	static const struct {
		enum err_code code;
		int32_t given_ms, ms, s;
	} cases[] = {
		{ ERR_BUSY, 1, 1, 1 },
		{ ERR_RATE_LIMITED, 2001, 2001, 3 },
		{ ERR_UNCERTAIN, 2000, 2000, 2 },
		{ ERR_RATE_LIMITED, INT32_MAX, INT32_MAX, 2147484 },
		{ ERR_CONFLICT, 2000, 0, 0 },
		{ ERR_INTERNAL, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { .code = cases[i].code,
			.retry_after_ms = cases[i].given_ms };

		assert_int_equal(http_problem_retry_ms(&err, STR("r")),
		    cases[i].ms);
		assert_int_equal(http_problem_retry_s(&err, STR("r")),
		    cases[i].s);
	}
}

/* Clients that are refused together do not come back together. */
static void retries_are_spread(void **state)
{
	struct error err = { .code = ERR_BUSY };
	int n[10] = { 0 };
	char id[16];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int32_t ms;

		snprintf(id, sizeof(id), "r-%d", i);
		ms = http_problem_retry_ms(&err, str_of(id));
		assert_in_range(ms, 1000, 1999);
		assert_int_equal(ms, http_problem_retry_ms(&err, str_of(id)));
		assert_int_equal(http_problem_retry_s(&err, str_of(id)),
		    ms > 1000 ? 2 : 1);
		n[(ms - 1000) / 100]++;
	}
	for (int i = 0; i < 10; i++)
		assert_in_range(n[i], 50, 200);
}

/* ---- gzip ---- */

static void accepted_codings(void **state)
{
	static const struct {
		const char *accept;
		bool gzip;
	} cases[] = {
		{ "gzip", true },
		{ "GZip", true },
		{ "x-gzip", true },
		{ "deflate, gzip;q=0.5", true },
		{ "*", true },
		{ "gzip ; q=1.0", true },
		{ "gzip;q=0.001", true },
		{ "gzip;q=0", false },
		{ "gzip; Q=0.000", false },
		{ "gzip;q=0, *", false },
		{ "*;q=0", false },
		{ "*;q=0, gzip", true },
		{ "identity", false },
		{ "", false },
		{ "gzipx", false },
		{ ",;,", false },
		{ NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (http_gzip_accepted(str_of(cases[i].accept)) !=
		    cases[i].gzip)
			fail_msg("%s", cases[i].accept);
	}
}

static void compresses(void **state)
{
	z_stream z = { .next_in = NULL };
	char body[4000], plain[sizeof(body) + 1];
	struct str zipped = STR_NONE;
	uint32_t noise = 1;

	memset(body, 'a', sizeof(body));
	assert_false(
	    http_gzip(*state, (struct str){ body, HTTP_GZIP_MIN }, &zipped));
	assert_true(http_gzip(*state, (struct str){ body, HTTP_GZIP_MIN + 1 },
	    &zipped));
	assert_true(
	    http_gzip(*state, (struct str){ body, sizeof(body) }, &zipped));
	assert_true(zipped.len < 100);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)zipped.p;
	z.avail_in = (uInt)zipped.len;
	z.next_out = (Bytef *)plain;
	z.avail_out = sizeof(plain);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, sizeof(body));
	assert_memory_equal(plain, body, sizeof(body));
	inflateEnd(&z);

	/* incompressible data */
	for (size_t i = 0; i < sizeof(body); i++) {
		noise = noise * 1664525 + 1013904223;
		body[i] = (char)(noise >> 24);
	}
	zipped = STR_NONE;
	assert_false(
	    http_gzip(*state, (struct str){ body, sizeof(body) }, &zipped));
	assert_null(zipped.p);
}

/* ---- percent-encoding and queries ---- */

static void escapes(void **state)
{
	static const char *const bad[] = { "%g0", "%0g", "%0", "%", "a%c3",
		"%00", "%ff" };
	struct str out;

	assert_int_equal(http_percent_byte(STR("%2fx")), '/');
	assert_int_equal(http_percent_byte(STR("%Ff")), 255);
	assert_int_equal(http_percent_byte(STR("%2")), -1);
	assert_int_equal(http_percent_byte(STR("2F%")), -1);
	assert_true(
	    http_percent_decode(*state, STR("a%2Fb%c3%A9+"), false, &out));
	assert_true(str_is(out, "a/b\xc3\xa9+"));
	assert_true(http_percent_decode(*state, STR("a+b%2b"), true, &out));
	assert_true(str_is(out, "a b+"));
	assert_true(http_percent_decode(*state, STR_NONE, true, &out));
	assert_true(str_is(out, ""));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(
		    http_percent_decode(*state, str_of(bad[i]), true, &out));
	assert_false(http_percent_decode(*state, STR("a\0b"), true, &out));
	assert_true(
	    str_is(http_percent_encode(*state, STR("aZ9-._~")), "aZ9-._~"));
	assert_true(str_is(http_percent_encode(*state, STR("&= +%\303\244")),
	    "%26%3D%20%2B%25%C3%A4"));
}

static void queries(void **state)
{
	struct http_param *p;
	struct error err;
	size_t n;

	assert_int_equal(http_query_parse(*state, STR_NONE, &p, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(http_query_parse(*state, STR("&a=1&&b&=c&d=e=f&%61=&"),
			     &p, &n, &err),
	    0);
	assert_int_equal(n, 5);
	assert_true(str_is(p[0].name, "a") && str_is(p[0].value, "1"));
	assert_true(str_is(p[1].name, "b") && str_is(p[1].value, ""));
	assert_true(str_is(p[2].name, "") && str_is(p[2].value, "c"));
	assert_true(str_is(p[3].name, "d") && str_is(p[3].value, "e=f"));
	assert_true(str_is(p[4].name, "a") && str_is(p[4].value, ""));
	err_clear(&err);
	assert_int_equal(http_query_parse(*state, STR("a=1&%62=%zz"), &p, &n,
			     &err),
	    -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	assert_string_equal(err.field, "b");
	err_clear(&err);
	assert_int_equal(http_query_parse(*state, STR("%z=1"), &p, &n, &err),
	    -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	assert_string_equal(err.field, "");
}

static void goes_on_after_a_failure(void **state)
{
	struct str rest = STR("a=%&b=2");
	struct http_param p;
	struct error err;

	assert_int_equal(http_query_next(*state, &rest, &p, &err), -1);
	assert_int_equal(http_query_next(*state, &rest, &p, &err), 1);
	assert_true(str_is(p.name, "b") && str_is(p.value, "2"));
	assert_int_equal(http_query_next(*state, &rest, &p, &err), 0);
	assert_int_equal(http_query_next(*state, &rest, &p, &err), 0);
}

/* ---- headers ---- */

static void request_ids(void **state)
{
	char longest[HTTP_REQUEST_ID_MAX + 2];
	struct str id, other;

	assert_true(str_is(http_request_id(*state, STR("a.B_9-")), "a.B_9-"));
	memset(longest, 'x', sizeof(longest));
	id = (struct str){ longest, HTTP_REQUEST_ID_MAX };
	assert_true(str_eq(http_request_id(*state, id), id));
	id.len++;
	other = http_request_id(*state, id);
	assert_false(str_eq(other, id));
	assert_true(other.len && other.len <= HTTP_REQUEST_ID_MAX);
	id = http_request_id(*state, STR("a b"));
	assert_true(str_is_alnum_or(id, ""));
	assert_false(str_eq(id, http_request_id(*state, STR_NONE)));
}

static void origins(void **state)
{
	char text[302];

	(void)state;
	assert_true(http_cors_is_origin(STR("https://good.example")));
	assert_true(http_cors_is_origin(STR("null")));
	assert_false(http_cors_is_origin(STR("")));
	assert_false(http_cors_is_origin(STR_NONE));
	assert_false(http_cors_is_origin(STR("https://a\r\nX: y")));
	memset(text, 'x', sizeof(text));
	assert_true(http_cors_is_origin((struct str){ text, 300 }));
	assert_false(http_cors_is_origin((struct str){ text, 301 }));
	assert_int_equal(http_cors_page(0, STR_NONE), HTTP_CORS_NO_PAGE);
	assert_int_equal(http_cors_page(1, STR("https://a")), HTTP_CORS_PAGE);
	assert_int_equal(http_cors_page(2, STR("https://a")),
	    HTTP_CORS_BAD_PAGE);
	assert_int_equal(http_cors_page(1, STR("")), HTTP_CORS_BAD_PAGE);
	assert_int_equal(http_cors_page(1, STR("https://\303\244")),
	    HTTP_CORS_BAD_PAGE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(statuses),
		TEST(problems),
		TEST(retries),
		TEST(retries_are_spread),
		TEST(accepted_codings),
		TEST(compresses),
		TEST(escapes),
		TEST(queries),
		TEST(goes_on_after_a_failure),
		TEST(request_ids),
		TEST(origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
