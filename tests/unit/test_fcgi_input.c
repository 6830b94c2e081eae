/* The server side of FastCGI: requests in any pieces, and none that is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "web/fcgi_input.h"

#define LIT(s) (s), sizeof(s) - 1

/* A request with id 1, two parameters and the body "abc". */
static const char request[] =
    "\1\1\0\1\0\10\0\0"
    "\0\1\0\0\0\0\0\0"
    "\1\4\0\1\0\13\5\0"
    "\1\3Axyz\2\1BBz"
    "ppppp"
    "\1\4\0\1\0\0\0\0"
    "\1\5\0\1\0\2\0\0"
    "ab"
    "\1\5\0\1\0\1\0\0"
    "c"
    "\1\5\0\1\0\0\0\0";

static int feed(struct fcgi_input *in, const char *p, size_t n, size_t piece)
{
	while (n) {
		size_t k = n < piece ? n : piece;

		if (fcgi_input_feed(in, p, k) < 0)
			return -1;
		p += k;
		n -= k;
	}
	return 0;
}

static void put(void *arg, struct str name, struct str value)
{
	struct buf *b = arg;

	assert_int_equal(value.p[value.len], '\0');
	buf_printf(b, "%.*s=%.*s;", STR_ARG(name), STR_ARG(value));
}

static void any_pieces(void **state)
{
	struct fcgi_input in;
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a);
	buf_init(&b);
	fcgi_input_init(&in);
	for (size_t piece = 1; piece <= sizeof(request); piece++) {
		assert_int_equal(feed(&in, LIT(request), piece), 0);
		assert_true(in.has_params && in.ended);
		assert_int_equal(in.id, 1);
		assert_true(str_is(buf_view(&in.body), "abc"));
		buf_clear(&b);
		assert_true(fcgi_input_params(&in, &a, put, &b));
		assert_string_equal(b.p, "A=xyz;BB=z;");
		fcgi_input_release(&in);
		fcgi_input_init(&in);
	}
	fcgi_input_release(&in);
	buf_release(&b);
	arena_release(&a);
}

static void keeps_what_is_wanted(void **state)
{
	struct fcgi_input in;

	(void)state;
	fcgi_input_init(&in);
	assert_int_equal(feed(&in, request, 16 + 8 + 16 + 8, 5), 0);
	assert_true(in.has_params && !in.ended);
	in.body_max = 1;
	assert_int_equal(feed(&in, request + 48, sizeof(request) - 49, 5), 0);
	assert_true(in.ended);
	assert_true(str_is(buf_view(&in.body), "a"));
	fcgi_input_release(&in);
}

static void serves_again(void **state)
{
	char kept[sizeof(request)];
	struct fcgi_input in;

	(void)state;
	memcpy(kept, request, sizeof(kept));
	kept[10] = 1; /* FCGI_KEEP_CONN */
	fcgi_input_init(&in);
	for (size_t piece = 1; piece < sizeof(kept); piece++) {
		assert_int_equal(feed(&in, kept, sizeof(kept) - 1, piece), 0);
		assert_true(in.ended && in.keeps);
		assert_true(str_is(buf_view(&in.body), "abc"));
		assert_int_equal(in.params.len, 11);
		fcgi_input_next(&in);
		assert_true(!in.has_params && !in.ended && !in.keeps);
	}
	/* The last one, and more than one at once. */
	assert_int_equal(feed(&in, request, sizeof(request) - 1, 9), 0);
	assert_true(in.ended && !in.keeps);
	fcgi_input_next(&in);
	assert_int_equal(feed(&in, kept, sizeof(kept), sizeof(kept)), 0);
	assert_true(in.ended && !in.keeps);
	fcgi_input_release(&in);
}

static void is_none(const char *p, size_t n)
{
	struct fcgi_input in;

	for (size_t piece = 1; piece <= n; piece += n - 1) {
		fcgi_input_init(&in);
		assert_int_equal(feed(&in, p, n, piece), -1);
		fcgi_input_release(&in);
	}
}

static void refuses(void **state)
{
	char many[65536 + 8] = "\1\4\0\1\377\377\1";
	struct fcgi_input in;
	int n = 0;

	(void)state;
	is_none(LIT("GET / HTTP/1.0\r\n\r\n"));
	is_none(LIT("\1\1\0\0\0\10\0\0"
		    "\0\1\0\0\0\0\0\0")); /* id 0 */
	is_none(LIT("\1\1\0\1\0\7\0\0"
		    "\0\1\0\0\0\0\0"));
	is_none(LIT("\1\1\0\1\0\10\0\0"
		    "\0\2\0\0\0\0\0\0")); /* role */
	is_none(LIT("\1\1\0\1\0\10\0\0"
		    "\0\1\0\0\0\0\0\0"
		    "\1\2\0\1\0\0\0\0")); /* abort */
	is_none(LIT("\1\1\0\1\0\10\0\0"
		    "\0\1\0\0\0\0\0\0"
		    "\1\5\0\1\0\1\0\0"
		    "a")); /* body before parameters */
	/* Parameters without an end are kept up to a bound. */
	fcgi_input_init(&in);
	assert_int_equal(feed(&in, request, 16, 16), 0);
	while (feed(&in, many, sizeof(many), 4096) == 0 && n < 100)
		n++;
	assert_true(n >= 2 && n < 5);
	assert_true(in.params.len <= FCGI_PARAMS_MAX);
	fcgi_input_release(&in);
}

/* Records of other requests, and of types that are not known. */
static void skips(void **state)
{
	struct fcgi_input in;

	(void)state;
	fcgi_input_init(&in);
	assert_int_equal(feed(&in,
			     LIT("\1\11\0\0\0\2\1\0"
				 "xyp"),
			     1),
	    0);
	assert_int_equal(feed(&in, request, 16, 16), 0);
	assert_int_equal(feed(&in,
			     LIT("\1\4\0\2\0\1\0\0"
				 "x"),
			     1),
	    0);
	assert_int_equal(feed(&in, LIT("\1\4\0\2\0\0\0\0"), 1), 0);
	assert_int_equal(feed(&in,
			     LIT("\1\177\0\1\0\1\0\0"
				 "x"),
			     1),
	    0);
	assert_false(in.has_params);
	assert_int_equal(feed(&in, request + 16, sizeof(request) - 17, 7), 0);
	assert_true(str_is(buf_view(&in.body), "abc"));
	fcgi_input_release(&in);
}

static void malformed_params(void **state)
{
	static const char *const bad[] = { "\1", "\3\1ab", "\1\2ab", "\1\4a",
		"\200\1", "\377\377\377\377\1a", "\1\377\377\377\377a" };
	struct fcgi_input in;
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a);
	buf_init(&b);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fcgi_input_init(&in);
		buf_cstr(&in.params, bad[i]);
		assert_false(fcgi_input_params(&in, &a, put, &b));
		fcgi_input_release(&in);
	}
	buf_release(&b);
	arena_release(&a);
}

static void frames(void **state)
{
	struct fcgi_output out;
	struct arena a;
	size_t len = 2 * FCGI_CONTENT_MAX + 3, sum = 0;
	struct str answer;
	const char *end;

	(void)state;
	arena_init(&a);
	answer = (struct str){ arena_alloc(&a, len), len };
	fcgi_output_frame(&out, &a, 258, answer);
	assert_int_equal(out.n_parts, 7);
	for (int i = 0; i < out.n_parts; i++)
		sum += out.parts[i].iov_len;
	assert_int_equal(sum, out.len);
	assert_int_equal(sum, len + 3 * 8 + 24);
	assert_memory_equal(out.parts[0].iov_base, "\1\6\1\2\377\370\0\0", 8);
	assert_ptr_equal(out.parts[1].iov_base, answer.p);
	assert_memory_equal(out.parts[4].iov_base, "\1\6\1\2\0\3\0\0", 8);
	end = out.parts[6].iov_base;
	assert_memory_equal(end, "\1\6\1\2\0\0\0\0\1\3\1\2\0\10\0\0", 16);
	assert_memory_equal(end + 16, "\0\0\0\0\0\0\0\0", 8);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_pieces),
		cmocka_unit_test(keeps_what_is_wanted),
		cmocka_unit_test(serves_again),
		cmocka_unit_test(refuses),
		cmocka_unit_test(skips),
		cmocka_unit_test(malformed_params),
		cmocka_unit_test(frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
