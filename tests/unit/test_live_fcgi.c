#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/fcgi_record.h"

#define LIT(s) (s), sizeof(s) - 1

static void encodes_params(void **state)
{
	char long_name[130], value[200];
	struct buf b;

	(void)state;
	buf_init(&b);
	fcgi_param(&b, "A", STR("bc"));
	fcgi_param(&b, "EMPTY", STR(""));
	assert_int_equal(b.len, 5 + 7);
	assert_memory_equal(b.p, "\1\2Abc\5\0EMPTY", 12);
	buf_clear(&b);
	memset(long_name, 'n', sizeof(long_name));
	long_name[128] = '\0';
	memset(value, 'v', sizeof(value));
	fcgi_param(&b, long_name, (struct str){ value, sizeof(value) });
	assert_memory_equal(b.p, "\x80\0\0\x80\x80\0\0\xc8", 8);
	assert_int_equal(b.len, 8 + 128 + 200);
	buf_release(&b);
}

static void encodes_a_request(void **state)
{
	static const char begin[] = "\1\1\0\1\0\x8\0\0"
				    "\0\1\1\0\0\0\0\0"
				    "\1\4\0\1\0\4\0\0"
				    "\1\1ab"
				    "\1\4\0\1\0\0\0\0";
	struct buf b, body;
	size_t at, n_records = 0, n_body = 0;

	(void)state;
	buf_init(&b);
	buf_init(&body);
	while (body.len < 200000)
		buf_cstr(&body, "0123456789");
	fcgi_encode(&b, STR("\1\1ab"), buf_view(&body));
	assert_memory_equal(b.p, begin, sizeof(begin) - 1);
	for (at = sizeof(begin) - 1; at < b.len; n_records++) {
		const uint8_t *h = (const uint8_t *)b.p + at;
		size_t len = (size_t)h[4] << 8 | h[5];

		assert_int_equal(h[0], 1);
		assert_int_equal(h[1], 5);
		assert_memory_equal(h + 8, body.p + n_body, len);
		n_body += len;
		at += 8 + len;
		if (!len)
			break;
	}
	assert_int_equal(at, b.len);
	assert_int_equal(n_body, body.len);
	assert_true(n_records >= 4);
	buf_release(&b);
	buf_release(&body);
}

/* A record of an answer, with padding. */
static void add(struct buf *b, int type, const char *p, size_t len, int pad)
{
	const char head[8] = { 1, (char)type, 0, 1, (char)(len >> 8), (char)len,
		(char)pad, 0 };

	buf_add(b, head, 8);
	buf_add(b, p, len);
	for (int i = 0; i < pad; i++)
		buf_char(b, 'P');
}

static void reads_an_answer(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	add(&b, 6, LIT("Status: 201 Created\r\n"), 3);
	add(&b, 7, LIT("a word on stderr"), 0);
	add(&b, 6, LIT("\r\n{\"a\":1}"), 7);
	add(&b, 6, "", 0, 0);
	add(&b, 3, LIT("\0\0\0\0\0\0\0\0"), 0);
	for (size_t step = 1; step <= b.len; step++) {
		struct fcgi_reader r;
		int rc = 0;

		fcgi_reader_init(&r);
		for (size_t at = 0; at < b.len; at += step) {
			assert_int_equal(rc, 0);
			rc = fcgi_reader_feed(&r, b.p + at,
			    b.len - at < step ? b.len - at : step);
		}
		assert_int_equal(rc, 1);
		assert_string_equal(r.out.p,
		    "Status: 201 Created\r\n\r\n{\"a\":1}");
		fcgi_reader_release(&r);
	}
	buf_release(&b);
}

static void refuses_other_things(void **state)
{
	struct fcgi_reader r;
	struct buf b;
	char *big = calloc(1, 65535);
	int rc = 0;

	(void)state;
	fcgi_reader_init(&r);
	assert_int_equal(fcgi_reader_feed(&r, LIT("HTTP/1.1 200 OK")), -1);
	fcgi_reader_release(&r);
	fcgi_reader_init(&r);
	assert_int_equal(fcgi_reader_feed(&r, LIT("\1\6\0\2\0\0\0\0")), -1);
	fcgi_reader_release(&r);
	/* It never ends. */
	fcgi_reader_init(&r);
	buf_init(&b);
	add(&b, 6, big, 65535, 1);
	for (int i = 0; i < 300 && rc == 0; i++)
		rc = fcgi_reader_feed(&r, b.p, b.len);
	assert_int_equal(rc, -1);
	assert_true(r.out.len <= FCGI_ANSWER_MAX);
	fcgi_reader_release(&r);
	buf_release(&b);
	free(big);
}

static void parses_cgi(void **state)
{
	struct cgi_answer a;

	(void)state;
	assert_true(cgi_answer_parse(
	    STR("Status: 503 Service Unavailable\r\n"
		"Content-Type: application/problem+json\r\n"
		"retry-after: 7\r\nAccess-Control-Allow-Origin: https://x\r\n"
		"X-Other: y\r\n\r\nbody\r\n\r\nmore"),
	    &a));
	assert_int_equal(a.status, 503);
	assert_true(str_is(a.content_type, "application/problem+json"));
	assert_true(str_is(a.retry_after, "7"));
	assert_true(str_is(a.allow_origin, "https://x"));
	assert_true(str_is(a.body, "body\r\n\r\nmore"));
	assert_true(cgi_answer_parse(STR("Content-Type: x\n\n"), &a));
	assert_int_equal(a.status, 200);
	assert_true(str_is(a.body, ""));
	assert_true(cgi_answer_parse(STR("Status: 204\r\n\r\n"), &a));
	assert_int_equal(a.status, 204);
	assert_false(cgi_answer_parse(STR(""), &a));
	assert_false(cgi_answer_parse(STR("Status: 200\r\n"), &a));
	assert_false(cgi_answer_parse(STR("Status: 200\r\n\r"), &a));
	assert_false(cgi_answer_parse(STR("Status: x\r\n\r\n"), &a));
	assert_false(cgi_answer_parse(STR("Status: 99\r\n\r\n"), &a));
	assert_false(cgi_answer_parse(STR("Status: 600\r\n\r\n"), &a));
	assert_false(cgi_answer_parse(STR("no header\r\n\r\n"), &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_params),
		cmocka_unit_test(encodes_a_request),
		cmocka_unit_test(reads_an_answer),
		cmocka_unit_test(refuses_other_things),
		cmocka_unit_test(parses_cgi),
	};

	return cmocka_run_group_tests_name("live_fcgi", tests, NULL, NULL);
}
