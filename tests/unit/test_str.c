#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"

static void compares(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NONE, STR_NONE));
	assert_false(str_eq(STR_NONE, STR("")));
	assert_false(str_eq(STR(""), STR_NONE));
	assert_true(str_eq(STR(""), STR("")));
	assert_true(str_eq(STR("a\0b"), STR("a\0b")));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_false(str_eq(STR("ab"), STR("abc")));
	assert_true(str_is(STR("ab"), "ab"));
	assert_false(str_is(STR("ab\0"), "ab"));
	assert_false(str_is(STR_NONE, ""));
	assert_true(str_is_nocase(STR("aBc"), "AbC"));
	assert_true(str_is_nocase(STR(""), ""));
	assert_false(str_is_nocase(STR("ab"), "abc"));
	assert_false(str_is_nocase(STR("a["), "a{"));
	assert_false(str_is_nocase(STR_NONE, ""));
	assert_true(str_starts(STR("abc"), "ab"));
	assert_true(str_starts(STR("abc"), ""));
	assert_false(str_starts(STR("a"), "ab"));
	assert_false(str_starts(STR_NONE, ""));
	assert_true(str_cmp(STR("a"), STR("b")) < 0);
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR("ab"), STR("ab")), 0);
	assert_null(str_of(NULL).p);
	assert_int_equal(str_of("abc").len, 3);
}

static void words(void **state)
{
	(void)state;
	assert_true(str_is(str_word("a|bc|d", 1), "a"));
	assert_true(str_is(str_word("a|bc|d", 2), "bc"));
	assert_true(str_is(str_word("a|bc|d", 3), "d"));
	assert_null(str_word("a|bc|d", 4).p);
	assert_null(str_word("a|bc|d", 0).p);
	assert_null(str_word("a|bc|d", -1).p);
	assert_int_equal(str_place("a|bc|d", STR("a")), 1);
	assert_int_equal(str_place("a|bc|d", STR("d")), 3);
	assert_int_equal(str_place("a|bc|d", STR("b")), 0);
	assert_int_equal(str_place("a|bc|d", STR("bc|d")), 0);
	assert_int_equal(str_place("a|bc|d", STR("")), 0);
	assert_int_equal(str_place("a|bc|d", STR_NONE), 0);
}

static void cuts(void **state)
{
	struct str s = STR("a=b=c"), head;

	(void)state;
	assert_int_equal(str_find(s, '='), 1);
	assert_int_equal(str_find(s, 'x'), -1);
	assert_int_equal(str_find(STR_NONE, 'x'), -1);
	head = str_cut(&s, '=');
	assert_true(str_is(head, "a"));
	assert_true(str_is(s, "b=c"));
	head = str_cut(&s, '=');
	assert_true(str_is(head, "b"));
	head = str_cut(&s, '=');
	assert_true(str_is(head, "c"));
	assert_null(s.p);
	head = str_cut(&s, '=');
	assert_null(head.p);
	/* A separator at the end leaves the empty string, not STR_NONE. */
	s = STR("a=");
	str_cut(&s, '=');
	assert_non_null(s.p);
	assert_int_equal(s.len, 0);

	assert_true(str_is(str_trim(STR(" \t\r\na b \n")), "a b"));
	assert_true(str_is(str_trim(STR("  ")), ""));
	assert_null(str_trim(STR_NONE).p);
}

static void ids(void **state)
{
	static const struct {
		struct str s;
		int64_t id; /* 0: refused */
	} cases[] = {
		{ STR("1"), 1 }, { STR("10"), 10 },
		{ STR("9223372036854775807"), INT64_MAX },
		{ STR("9223372036854775808"), 0 },
		{ STR("9999999999999999999"), 0 },
		{ STR("10000000000000000000"), 0 },
		{ STR("18446744073709551617"), 0 }, /* 2^64 + 1 */
		{ STR("0"), 0 }, { STR("00"), 0 }, { STR("01"), 0 },
		{ STR(""), 0 }, { STR_NONE, 0 }, { STR("-1"), 0 },
		{ STR("+1"), 0 }, { STR(" 1"), 0 }, { STR("1 "), 0 },
		{ STR("1\n"), 0 }, { STR("1\0"), 0 }, { STR("1a"), 0 },
		{ STR("0x1"), 0 }, { STR("1e3"), 0 }, { STR("1.0"), 0 },
		{ STR("\xd9\xa1"), 0 }, /* ARABIC-INDIC DIGIT ONE */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t id = -5;
		bool ok = str_to_id(cases[i].s, &id);

		if (ok != (cases[i].id != 0) || id != (ok ? cases[i].id : -5))
			fail_msg("case %zu \"%.*s\": %d %" PRId64, i,
			    STR_ARG(cases[i].s), ok, id);
	}
}

static void ints(void **state)
{
	static const struct {
		struct str s;
		bool ok;
		int64_t n;
	} cases[] = {
		{ STR("0"), true, 0 },
		{ STR("-1"), true, -1 },
		{ STR("42"), true, 42 },
		{ STR("9223372036854775807"), true, INT64_MAX },
		{ STR("9223372036854775808"), false, 0 },
		{ STR("-9223372036854775808"), true, INT64_MIN },
		{ STR("-9223372036854775809"), false, 0 },
		{ STR("-0"), false, 0 },
		{ STR("00"), false, 0 },
		{ STR("-01"), false, 0 },
		{ STR("+1"), false, 0 },
		{ STR("-"), false, 0 },
		{ STR("--1"), false, 0 },
		{ STR(""), false, 0 },
		{ STR_NONE, false, 0 },
		{ STR("1 "), false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t n = 77;
		bool ok = str_to_int(cases[i].s, &n);

		if (ok != cases[i].ok || n != (ok ? cases[i].n : 77))
			fail_msg("case %zu \"%.*s\": %d %" PRId64, i,
			    STR_ARG(cases[i].s), ok, n);
	}
}

static const struct {
	struct str s;
	int count; /* -1: not UTF-8 */
} utf8_cases[] = {
	{ STR(""), 0 }, { STR_NONE, 0 }, { STR("abc"), 3 }, { STR("a\0b"), 3 },
	{ STR("\x7f"), 1 }, { STR("\xc2\x80"), 1 }, /* U+0080 */
	{ STR("\xdf\xbf"), 1 },                     /* U+07FF */
	{ STR("\xe0\xa0\x80"), 1 },                 /* U+0800 */
	{ STR("\xed\x9f\xbf"), 1 },                 /* U+D7FF */
	{ STR("\xee\x80\x80"), 1 },                 /* U+E000 */
	{ STR("\xef\xbf\xbf"), 1 },                 /* U+FFFF */
	{ STR("\xf0\x90\x80\x80"), 1 },             /* U+10000 */
	{ STR("\xf4\x8f\xbf\xbf"), 1 },             /* U+10FFFF */
	{ STR("z\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), 4 },
	{ STR("\x80"), -1 },                          /* continuation alone */
	{ STR("\xbf"), -1 }, { STR("\xc0\x80"), -1 }, /* overlong NUL */
	{ STR("\xc1\xbf"), -1 }, { STR("\xe0\x80\x80"), -1 }, /* overlong */
	{ STR("\xe0\x9f\xbf"), -1 }, { STR("\xf0\x80\x80\x80"), -1 },
	{ STR("\xf0\x8f\xbf\xbf"), -1 },
	{ STR("\xed\xa0\x80"), -1 }, /* surrogates */
	{ STR("\xed\xbf\xbf"), -1 },
	{ STR("\xed\xa0\xbd\xed\xb8\x80"), -1 }, /* CESU-8 */
	{ STR("\xf4\x90\x80\x80"), -1 },         /* U+110000 */
	{ STR("\xf5\x80\x80\x80"), -1 }, { STR("\xf8\x88\x80\x80\x80"), -1 },
	{ STR("\xfe"), -1 }, { STR("\xff"), -1 },
	{ STR("\xc3"), -1 }, /* truncated */
	{ STR("\xe2\x82"), -1 }, { STR("\xf0\x9f\x98"), -1 },
	{ STR("a\xe2\x82"), -1 },
	{ STR("\xe2\x28\xa1"), -1 }, /* no continuation */
	{ STR("\xe2\x82\x28"), -1 }, { STR("\xf0\x9f\x28\x80"), -1 },
	{ STR("\xf0\x9f\x98\x28"), -1 },
	{ STR("\xc3\xa4\xa4"), -1 }, /* one too many */
};

static void utf8(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(utf8_cases) / sizeof(utf8_cases[0]);
	     i++) {
		/* On the heap at its exact length, so that ASan detects a read
		 * past the end. */
		size_t len = utf8_cases[i].s.len;
		char *p = malloc(len ? len : 1);
		struct str s = { p, len };

		assert_non_null(p);
		if (len)
			memcpy(p, utf8_cases[i].s.p, len);
		if (str_is_utf8(s) != (utf8_cases[i].count >= 0))
			fail_msg("case %zu", i);
		if (utf8_cases[i].count >= 0)
			assert_int_equal(str_utf8_count(s),
			    utf8_cases[i].count);
		free(p);
	}
}

static void https_urls(void **state)
{
	static const char *const good[] = { "https://a",
		"HTTPS://a.b:8443/c?d#e", "https://[::1]/x", "https://a/?q=b@c",
		"https://a/%20" };
	static const char *const bad[] = { "", "https://", "http://a", "//a",
		"/a", "javascript:alert(1)", "https:///a", "https://?a",
		"https://:1/a", "https://me@a/", "https://a b", "https://a/<b",
		"https://a\\b", " https://a", "https://a\n",
		"https://\xc3\xa4" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(str_is_https_url(str_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(str_is_https_url(str_of(bad[i])));
	assert_false(str_is_https_url(STR_NONE));
}

static void sets(void **state)
{
	(void)state;
	assert_true(str_is_alnum_or(STR("AZaz09"), ""));
	assert_true(str_is_alnum_or(STR("a.b_c-d"), "._-"));
	assert_true(str_is_alnum_or(STR(""), ""));
	assert_false(str_is_alnum_or(STR("a.b"), "_-"));
	assert_false(str_is_alnum_or(STR("a\0b"), "._-"));
	assert_false(str_is_alnum_or(STR("a\0"), ""));
	assert_false(str_is_alnum_or(STR("\xc3\xa4"), "._-"));
	assert_false(str_is_alnum_or(STR("@"), ""));
	assert_false(str_is_alnum_or(STR("["), ""));
	assert_false(str_is_alnum_or(STR("`"), ""));
	assert_false(str_is_alnum_or(STR("{"), ""));
	assert_false(str_is_alnum_or(STR("/"), ""));
	assert_false(str_is_alnum_or(STR(":"), ""));
	assert_true(str_is_printable(STR("!~"), false));
	assert_false(str_is_printable(STR("! ~"), false));
	assert_true(str_is_printable(STR("! ~"), true));
	assert_false(str_is_printable(STR("\x1f"), true));
	assert_false(str_is_printable(STR("\x7f"), true));
	assert_false(str_is_printable(STR("\x80"), true));
	assert_false(str_is_printable(STR("a\tb"), true));
	assert_false(str_is_printable(STR("a\0b"), true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(https_urls),
		cmocka_unit_test(compares),
		cmocka_unit_test(cuts),
		cmocka_unit_test(words),
		cmocka_unit_test(ids),
		cmocka_unit_test(ints),
		cmocka_unit_test(utf8),
		cmocka_unit_test(sets),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
