#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/http_head.h"
#include "proto/live_options.h"

#define REQUEST                                       \
	"GET /v1/live?after=5 HTTP/1.1\r\n"           \
	"Host: example.org:8080\r\n"                  \
	"upgrade: WebSocket\r\n"                      \
	"Connection: keep-alive, Upgrade\r\n"         \
	"Empty:\r\n"                                  \
	"X-Forwarded-For:  10.0.0.1 , 192.0.2.7 \r\n" \
	"Twice: a\r\n"                                \
	"TWICE: b,c\r\n"                              \
	"Content-Length: 5\r\n"                       \
	"\r\n"

/*
 * Feeds text in pieces of `step` bytes; returns the last result of
 * http_head_feed().
 */
static int feed(struct http_head *h, struct str text, size_t step,
    size_t *used_out, struct error *err)
{
	int rc = 0;

	*used_out = 0;
	while (rc == 0 && *used_out < text.len) {
		size_t n = text.len - *used_out, used;

		n = n < step ? n : step;
		rc = http_head_feed(h, text.p + *used_out, n, &used, err);
		*used_out += used;
	}
	return rc;
}

static void check_request(const struct http_head *h)
{
	assert_string_equal(http_head_method(h), "GET");
	assert_true(str_is(http_head_target(h), "/v1/live?after=5"));
	assert_true(str_is(http_head_get(h, "HOST"), "example.org:8080"));
	assert_true(str_is(http_head_get(h, "empty"), ""));
	assert_null(http_head_get(h, "Origin").p);
	assert_true(str_is(http_head_get(h, "x-forwarded-for"),
	    "10.0.0.1 , 192.0.2.7"));
	assert_true(http_head_has(h, "Upgrade", "websocket"));
	assert_true(http_head_has(h, "connection", "upgrade"));
	assert_true(http_head_has(h, "connection", "keep-alive"));
	assert_false(http_head_has(h, "connection", "keep"));
	assert_false(http_head_has(h, "missing", ""));
	assert_int_equal(http_head_count(h, "twice"), 2);
	assert_true(str_is(http_head_get(h, "twice"), "a"));
	assert_true(http_head_has(h, "twice", "C"));
}

static void any_pieces(void **state)
{
	struct str text = STR(REQUEST "hello");

	(void)state;
	for (size_t step = 1; step <= text.len; step++) {
		struct http_head h;
		struct error err;
		size_t used;

		http_head_init(&h);
		assert_int_equal(feed(&h, text, step, &used, &err), 1);
		assert_int_equal(used, strlen(REQUEST));
		check_request(&h);
		http_head_release(&h);
	}
}

/* A head that is refused with this code. */
static void refused(struct str text, enum err_code code)
{
	struct http_head h;
	struct error err;
	size_t used;

	err_clear(&err);
	http_head_init(&h);
	assert_int_equal(feed(&h, text, 1000, &used, &err), -1);
	assert_int_equal(err.code, code);
	assert_true(err.detail[0]);
	http_head_release(&h);
}

static void not_http(void **state)
{
	static const char *const bad[] = {
		"hello\r\n\r\n",
		"GET\r\n\r\n",
		"GET /x\r\n\r\n",
		"GET /x HTTP/2.0\r\n\r\n",
		"GET /x HTTP/1.1\r\nA b\r\n\r\n",
		"GET /x HTTP/1.1\r\n: b\r\n\r\n",
		"GET /x HTTP/1.1\r\nContent-Length: x\r\n\r\n",
		"GET /x HTTP/1.1\r\nA: b\001\r\n\r\n",
		"NONE /x HTTP/1.1\r\n\r\n",
		"\026\003\001\002",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(str_of(bad[i]), ERR_INVALID_ARGUMENT);
}

/* http_parser accepts all but the first. */
static void lax(void **state)
{
	static const char *const bad[] = {
		"GET /x HTTP/1.1\rHost: a\r\n\r\n",
		"GET /x HTTP/1.1\nHost: a\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: a\n\r\n",
		"GET /x HTTP/1.1\r\nHost: a\r\n\n",
		"\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: a\r\nA:\r\n\tc\r\n\r\n",
		"GET /x HTTP/1.1\r\n Host: a\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost : a\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost\t: a\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n",
		"GET  /x HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /x  HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /x HTTP/1.1\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost:\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: a b\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: u@a\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
		"GET /x HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
	};
	static const char *const good[] = {
		"GET /x HTTP/1.0\r\n\r\n",
		"\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost:\t[::1]:8080 \r\nA:\r\n\r\n",
	};
	struct http_head h;
	struct error err;
	size_t used;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(str_of(bad[i]), ERR_INVALID_ARGUMENT);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		http_head_init(&h);
		assert_int_equal(feed(&h, str_of(good[i]), 1, &used, &err), 1);
		http_head_release(&h);
	}
}

static void bounds(void **state)
{
	struct http_head h;
	struct error err;
	struct buf b;
	size_t used;

	(void)state;
	buf_init(&b);
	buf_cstr(&b, "GET /x HTTP/1.1\r\n");
	buf_cstr(&b, "Host: a\r\n");
	for (int i = 1; i < HTTP_HEADERS_MAX; i++)
		buf_cstr(&b, "A: b\r\n");
	http_head_init(&h);
	assert_int_equal(feed(&h, buf_view(&b), 100, &used, &err), 0);
	assert_int_equal(http_head_feed(&h, "\r\n", 2, &used, &err), 1);
	assert_int_equal(h.n_headers, HTTP_HEADERS_MAX);
	http_head_release(&h);
	buf_cstr(&b, "A: b\r\n\r\n");
	refused(buf_view(&b), ERR_HEADERS_TOO_LARGE);
	buf_clear(&b);
	buf_cstr(&b, "GET /x HTTP/1.1\r\nA: ");
	while (b.len < HTTP_HEAD_MAX)
		buf_char(&b, 'x');
	refused(buf_view(&b), ERR_HEADERS_TOO_LARGE);
	/* One byte less than the bound is accepted. */
	buf_clear(&b);
	buf_cstr(&b, "GET /");
	while (b.len < HTTP_HEAD_MAX - strlen(" HTTP/1.0\r\n\r\n"))
		buf_char(&b, 'x');
	buf_cstr(&b, " HTTP/1.0\r\n\r\n");
	http_head_init(&h);
	assert_int_equal(feed(&h, buf_view(&b), 999, &used, &err), 1);
	http_head_release(&h);
	buf_release(&b);
}

/* ---- options ---- */

static void routes(void **state)
{
	(void)state;
	assert_int_equal(live_route_of(STR("/v1/live")), LIVE_WS);
	assert_int_equal(live_route_of(STR("/v1/live/poll")), LIVE_POLL);
	assert_int_equal(live_route_of(STR("/v1/live/events")), LIVE_SSE);
	assert_int_equal(live_route_of(STR("/v1/live/")), LIVE_NONE);
	assert_int_equal(live_route_of(STR("/v1/live/event")), LIVE_NONE);
	assert_int_equal(live_route_of(STR("/v1//live")), LIVE_NONE);
	assert_int_equal(live_route_of(STR("")), LIVE_NONE);
}

static void good_options(void **state)
{
	struct live_options o;
	struct error err;
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_int_equal(live_options_parse(&a, LIVE_WS, STR_NONE, &o, &err),
	    0);
	assert_int_equal(o.after, -1);
	assert_int_equal(o.wait_s, 25);
	assert_false(o.background);
	assert_null(o.ticket.p);
	assert_null(o.stream_id.p);
	assert_int_equal(
	    live_options_parse(&a, LIVE_POLL,
		STR("after=9007199254740991&stream_id=a%2Bb&state=background&"
		    "wait_s=60&limit=200&users=true&ticket=t%20%C3%A4&"),
		&o, &err),
	    0);
	assert_int_equal(o.after, OPTIONS_INDEX_MAX);
	assert_true(str_is(o.stream_id, "a+b"));
	assert_true(o.background);
	assert_int_equal(o.wait_s, 60);
	assert_int_equal(o.limit, 200);
	assert_true(o.users);
	assert_true(str_is(o.ticket, "t \303\244"));
	arena_release(&a);
}

static void bad_options(void **state)
{
	static const struct {
		enum live_route route;
		const char *query, *field;
	} bad[] = {
		{ LIVE_WS, "after=", "after" },
		{ LIVE_WS, "after", "after" },
		{ LIVE_WS, "after=-1", "after" },
		{ LIVE_WS, "after=9007199254740992", "after" },
		{ LIVE_WS, "after=1&after=1", "after" },
		{ LIVE_WS, "after=%zz", "after" },
		{ LIVE_WS, "after=1%", "after" },
		{ LIVE_WS, "stream_id=", "stream_id" },
		{ LIVE_WS, "stream_id=%00", "stream_id" },
		{ LIVE_WS, "stream_id=%ff", "stream_id" },
		{ LIVE_WS, "state=on", "state" },
		{ LIVE_WS, "wait_s=1", "wait_s" },
		{ LIVE_SSE, "limit=1", "limit" },
		{ LIVE_POLL, "wait_s=61", "wait_s" },
		{ LIVE_POLL, "limit=0", "limit" },
		{ LIVE_POLL, "users=1", "users" },
		{ LIVE_POLL, "x=1", "x" },
		{ LIVE_POLL, "=1", "" },
		{ LIVE_POLL, "%01=1", "\001" },
		{ LIVE_POLL, "%q=1", "" },
	};
	struct live_options o;
	struct error err;
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_clear(&err);
		assert_int_equal(live_options_parse(&a, bad[i].route,
				     str_of(bad[i].query), &o, &err),
		    -1);
		assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
		assert_string_equal(err.field, bad[i].field);
	}
	/* The first error is reported, and the ticket after it is found. */
	assert_int_equal(live_options_parse(&a, LIVE_WS,
			     STR("after=x&y=1&ticket=t"), &o, &err),
	    -1);
	assert_string_equal(err.field, "after");
	assert_true(str_is(o.ticket, "t"));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_pieces),
		cmocka_unit_test(not_http),
		cmocka_unit_test(lax),
		cmocka_unit_test(bounds),
		cmocka_unit_test(routes),
		cmocka_unit_test(good_options),
		cmocka_unit_test(bad_options),
	};

	return cmocka_run_group_tests_name("live_http", tests, NULL, NULL);
}
