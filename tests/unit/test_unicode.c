#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/unicode.h"

static struct arena arena;

static void labels(void **state)
{
	static const char *const good[] = { "a", " a ", "é", "e\xcc\x81", "美",
		"👩\xe2\x80\x8d🔬",
		"\xe2\x80\x8f"
		"ב",
		"a\tb", ".", "\xf3\xb0\x80\x80" /* private use */,
		"\xf0\x9f\xbf\xbf" /* not a character */ };
	static const char *const bad[] = { "", " ", "\xc2\xa0", "\xe3\x80\x80",
		"\xe2\x80\x8b", "\xe2\x80\x8d", "\xcc\x81", "\xe3\x85\xa4",
		"\xe1\x85\x9f", "\xef\xbe\xa0", "\xe2\xa0\x80", "\xef\xb8\x8f",
		"\xf3\xa0\x80\x81", "\x01", "a\nb", "a\rb", "a\x0b", "a\x0c",
		"a\xc2\x85", "a\xe2\x80\xa8", "a\xe2\x80\xa9", "a\xe2\x80\xaa",
		"a\xe2\x80\xae", "a\xe2\x81\xa6", "a\xe2\x81\xa9" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (unicode_label_fault(str_of(good[i])))
			fail_msg("%zu: %s", i, good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!unicode_label_fault(str_of(bad[i])))
			fail_msg("%zu: %s", i, bad[i]);
}

static void folds_to(const char *text, const char *want)
{
	struct str got = unicode_fold(&arena, str_of(text), 128);

	if (!str_is(got, want))
		fail_msg("%s: %.*s, not %s", text, STR_ARG(got), want);
}

static void folding(void **state)
{
	(void)state;
	folds_to("", "");
	folds_to("Anna  WEBER\t", "anna weber");
	folds_to("\xe3\x80\x80ＡＢ１", "ab1");
	folds_to("Núñez", "nunez");
	folds_to("nu\xcc\x81n\xcc\x83"
		 "ez",
	    "nunez");
	folds_to("Straße", "strasse");
	folds_to("ØŁĐıİ", "oldii");
	folds_to("Ελλάς", "ελλασ");
	folds_to("Йод", "иод");
	folds_to("美玲", "美玲");
	/* Half width and full width kana; a voiced one stays another. */
	folds_to("ｶﾞ", "ガ");
	folds_to("か", "か");
	folds_to("が", "が");
	/* Hangul in pieces. */
	folds_to("\xe1\x84\x80\xe1\x85\xb5\xe1\x86\xb7", "김");
	/* Vowel signs are no accents. */
	folds_to("कि", "कि");
	folds_to("\xe2\x80\x8b\xcc\x81\x01", "");
}

static void folding_is_bounded(void **state)
{
	static const char longest[] = "\xef\xb7\xba"; /* becomes 18 */
	char text[3 * 64 + 1];
	struct str got;

	(void)state;
	for (int i = 0; i < 64; i++)
		memcpy(text + 3 * i, longest, 4);
	got = unicode_fold(&arena, str_of(text), 128);
	assert_true(str_is_utf8(got));
	assert_int_equal(str_utf8_count(got), 128);
	assert_int_equal(unicode_fold(&arena, STR("abc"), 2).len, 2);
	assert_int_equal(unicode_head(STR("éa"), 1).len, 2);
	assert_int_equal(unicode_head(STR("éa"), 9).len, 3);
}

static void places(void **state)
{
	static const enum unicode_place want[] = { UNICODE_START,
		UNICODE_WITHIN, UNICODE_BLANK, UNICODE_WORD, UNICODE_WITHIN,
		UNICODE_WITHIN, UNICODE_WORD, UNICODE_WORD, UNICODE_WORD };
	struct str s = STR("ab cd-e美玲");
	size_t at = 0, n = 0;

	(void)state;
	while (at < s.len)
		assert_int_equal(unicode_next(s, &at), want[n++]);
	assert_int_equal(n, sizeof(want) / sizeof(want[0]));
}

#define TAG "\xf3\xa0\x81" /* of U+E0040 to U+E007F */

static void emoji(void **state)
{
	static const struct {
		const char *text, *form; /* NULL: none */
	} cases[] = {
		{ "👍", "👍" },
		{ "👍\xef\xb8\x8f", "👍" },
		{ "❤\xef\xb8\x8f", "❤" },
		{ "👍🏽", "👍🏽" },
		{ "1\xef\xb8\x8f\xe2\x83\xa3", "1\xe2\x83\xa3" },
		{ "🇩🇪", "🇩🇪" },
		{ "👨\xe2\x80\x8d👩\xe2\x80\x8d👧",
		    "👨\xe2\x80\x8d👩\xe2\x80\x8d👧" },
		/* England */
		{ "🏴" TAG "\xa7" TAG "\xa2" TAG "\xa5" TAG "\xae" TAG
		  "\xa7" TAG "\xbf",
		    "🏴" TAG "\xa7" TAG "\xa2" TAG "\xa5" TAG "\xae" TAG
		    "\xa7" TAG "\xbf" },
		{ "", NULL },
		{ "a", NULL },
		{ "1", NULL },
		{ "🇩", NULL },
		{ "👍👍", NULL },
		{ "👍a", NULL },
		{ "👍\xe2\x80\x8d", NULL },
		{ "\xef\xb8\x8f", NULL },
		{ "👍\xef\xb8\x8e", NULL },
		{ "🏴" TAG "\xa7", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str got = unicode_emoji(&arena, str_of(cases[i].text));

		assert_int_equal(got.p != NULL, cases[i].form != NULL);
		if (cases[i].form)
			assert_true(str_eq(got, str_of(cases[i].form)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels),
		cmocka_unit_test(folding),
		cmocka_unit_test(folding_is_bounded),
		cmocka_unit_test(places),
		cmocka_unit_test(emoji),
	};
	int failed;

	arena_init(&arena);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
