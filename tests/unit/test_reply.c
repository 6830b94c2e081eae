#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zlib.h>

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

#define GOOD "https://good.example"

static int from(const char *method, const char *origin, const char *asks)
{
	call_begin(&c, method, "/v1/things/5");
	web_param(c.rq, STR("HTTP_ORIGIN"), str_of(origin));
	web_param(c.rq, STR("HTTP_ACCESS_CONTROL_REQUEST_METHOD"),
	    str_of(asks));
	return call_end(&c);
}

static void preflights(void **state)
{
	(void)state;
	assert_int_equal(from("OPTIONS", GOOD, "PATCH"), 204);
	assert_string_equal(call_header(&c, "Access-Control-Allow-Origin"),
	    GOOD);
	assert_string_equal(call_header(&c, "Access-Control-Allow-Methods"),
	    "GET, HEAD, PATCH, DELETE, OPTIONS");
	assert_string_equal(call_header(&c, "Access-Control-Allow-Headers"),
	    "Authorization, Content-Type, Idempotency-Key, If-Match, "
	    "Im-Act-As");
	assert_non_null(call_header(&c, "Access-Control-Max-Age"));
	assert_string_equal(call_header(&c, "Vary"), "Origin");
	assert_int_equal(c.body.len, 0);
	assert_int_equal(from("OPTIONS", "https://evil.example", "PATCH"), 403);
	assert_null(call_header(&c, "Access-Control-Allow-Origin"));
	assert_null(call_header(&c, "Access-Control-Allow-Methods"));
	assert_int_equal(from("OPTIONS", GOOD "\r\nX: y", "PATCH"), 403);
	/* plain OPTIONS */
	assert_int_equal(from("OPTIONS", NULL, NULL), 204);
	assert_string_equal(call_header(&c, "Allow"),
	    "GET, HEAD, PATCH, DELETE, OPTIONS");
	assert_null(call_header(&c, "Access-Control-Allow-Methods"));
	assert_int_equal(call(&c, "OPTIONS", "/v1/nowhere", NULL), 404);
}

static void other_origins(void **state)
{
	(void)state;
	assert_int_equal(from("GET", GOOD, NULL), 200);
	assert_string_equal(call_header(&c, "Access-Control-Allow-Origin"),
	    GOOD);
	assert_string_equal(call_header(&c, "Access-Control-Expose-Headers"),
	    "X-Request-Id, Retry-After, ETag, Idempotent-Replayed, "
	    "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset");
	assert_string_equal(call_header(&c, "Vary"), "Origin");
	assert_null(call_header(&c, "Access-Control-Allow-Credentials"));
	assert_int_equal(from("GET", "https://evil.example", NULL), 200);
	assert_null(call_header(&c, "Access-Control-Allow-Origin"));
	assert_string_equal(call_header(&c, "Vary"), "Origin");
	/* a page must be able to read why it failed */
	call_begin(&c, "GET", "/v1/things/x");
	web_param(c.rq, STR("HTTP_ORIGIN"), STR(GOOD));
	assert_int_equal(call_end(&c), 404);
	assert_string_equal(call_header(&c, "Access-Control-Allow-Origin"),
	    GOOD);
}

static void compresses(void **state)
{
	z_stream z = { .next_in = NULL };
	unsigned char plain[8192];
	size_t len;

	(void)state;
	call(&c, "GET", "/v1/big", NULL);
	len = c.body.len;
	assert_true(len > 1024);
	assert_string_equal(call_header(&c, "Vary"), "Accept-Encoding");
	assert_null(call_header(&c, "Content-Encoding"));

	call_begin(&c, "GET", "/v1/big");
	web_param(c.rq, STR("HTTP_ACCEPT_ENCODING"), STR("br, gzip"));
	web_param(c.rq, STR("HTTP_ORIGIN"), STR(GOOD));
	assert_int_equal(call_end(&c), 200);
	assert_string_equal(call_header(&c, "Content-Encoding"), "gzip");
	assert_string_equal(call_header(&c, "Vary"), "Origin, Accept-Encoding");
	assert_true(c.body.len < len / 2);
	assert_int_equal(strtol(call_header(&c, "Content-Length"), NULL, 10),
	    c.body.len);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)c.body.p;
	z.avail_in = (uInt)c.body.len;
	z.next_out = plain;
	z.avail_out = sizeof(plain);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, len);
	assert_memory_equal(plain, "{\"items\":[0,1,2,", 15);
	inflateEnd(&z);

	/* small answers are not compressed */
	call_begin(&c, "GET", "/v1/things");
	web_param(c.rq, STR("HTTP_ACCEPT_ENCODING"), STR("gzip"));
	call_end(&c);
	assert_null(call_header(&c, "Content-Encoding"));
}

static void if_match(void **state)
{
	static const struct {
		const char *tag;
		int status;
	} cases[] = {
		{ NULL, 200 },
		{ "*", 200 },
		{ "\"7\"", 200 },
		{ " \"7\" ", 200 },
		{ "\"6\"", 412 },
		{ "7", 412 },
		{ "W/\"7\"", 412 },
		{ "\"\"", 412 },
		{ "\"-7\"", 412 },
		{ "\"0\"", 412 },
		{ "\"x\"", 412 },
		{ "\"7", 412 },
		{ "", 412 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		call_begin(&c, "PATCH", "/v1/things/5");
		web_param(c.rq, STR("HTTP_IF_MATCH"), str_of(cases[i].tag));
		if (call_end(&c) != cases[i].status)
			fail_msg("%s: %d", cases[i].tag, c.status);
	}
}

static void headers_stay_headers(void **state)
{
	(void)state;
	call_begin(&c, "GET", "/v1/big");
	web_header(c.rq, "X-A", STR("a\r\nX-B: b"));
	assert_int_equal(c.rq->n_headers, 0);
	web_header(c.rq, "X-A", STR("a"));
	web_header(c.rq, "X-A", STR("b"));
	assert_int_equal(c.rq->n_headers, 1);
	assert_true(str_is(c.rq->headers[0].value, "b"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(preflights),
		TEST(other_origins),
		TEST(compresses),
		TEST(if_match),
		TEST(headers_stay_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
