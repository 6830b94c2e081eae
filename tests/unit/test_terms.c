#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/terms.h"
#include "base/terms_query.h"

static struct arena arena;

static struct terms read_terms(const char *text)
{
	struct terms t = { 0 };

	terms_add(&arena, &t, str_of(text));
	return t;
}

static struct str written(const struct terms *t)
{
	struct buf b;
	struct str s;

	buf_init(&b);
	terms_write(&b, t);
	s = arena_str(&arena, buf_view(&b));
	buf_release(&b);
	return s;
}

static void is_written(const char *text, const char *want)
{
	struct terms t = read_terms(text);
	struct str got = written(&t);

	if (!str_is(got, want))
		fail_msg("\"%s\" gives \"%.*s\", not \"%s\"", text,
		    STR_ARG(got), want);
}

static void cuts(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "Hello, World!", "hello world" },
		{ "foo-bar_baz@x.org", "foo bar baz x org" },
		{ "  3.14 \t\n", "3 14" },
		{ "don't don\u2019t", "don t don t" },
		{ "\u7f8e", "\u7f8e" },
		{ "\u5317\u4eac\u5927\u5b66",
		    "\u5317\u4eac \u4eac\u5927 \u5927\u5b66 \u5b66" },
		{ "\u4f60\u597d\uff0c\u4e16\u754c",
		    "\u4f60\u597d \u597d \u4e16\u754c \u754c" },
		{ "iPhone\u624b\u673aX", "iphone \u624b\u673a \u673a x" },
		{ "\u30b3\u30fc\u30d2\u30fc",
		    "\u30b3\u30fc \u30fc\u30d2 \u30d2\u30fc \u30fc" },
		{ "\ud55c\uad6d", "\ud55c\uad6d \uad6d" },
		{ "\u0e01\u0e34\u0e19", "\u0e01\u0e34\u0e19 \u0e19" },
		{ "a\U0001f600b", "a \U0001f600 b" },
		{ "\U0001f44d\U0001f3fd\u2764\ufe0f", "\U0001f44d \u2764" },
		{ "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7",
		    "\U0001f1e9\U0001f1ea \U0001f1eb\U0001f1f7" },
		{ "\U0001f469\u200d\U0001f52c", "\U0001f469 \U0001f52c" },
		{ "1\ufe0f\u20e3", "1" },
		{ "\"'`*:^(){}\\", "" },
		{ "\ue000x\ue000", "x" },
		{ "co\u00adop", "coop" },
		{ "\u0301\u0301", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_written(cases[i][0], cases[i][1]);
}

static void folds(void **state)
{
	static const char *const cases[][2] = {
		{ "\u00c9t\u00e9 E\u0301te\u0301", "ete ete" },
		{ "STRASSE Stra\u00dfe \u1e9e", "strasse strasse ss" },
		{ "\uff28\uff49 \uff76\uff9e", "hi \u30ac" },
		{ "\u30ab\u3099 \u304b\u3099", "\u30ac \u304c" },
		{ "\u304b", "\u304b" }, /* not the same as the voiced one */
		{ "\u00d8\u0142\u0110\u0131\u0130 \u00c6\u0153\u00de",
		    "oldii aeoeth" },
		{ "\u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03cc\u03c2",
		    "\u03bf\u03b4\u03bf\u03c3 \u03bf\u03b4\u03bf\u03c3" },
		{ "\u0439 \u0438\u0306", "\u0438 \u0438" },
		/* A vowel sign stays, or the word is another one. */
		{ "\u0939\u093f\u0928\u094d\u0926\u0940",
		    "\u0939\u093f\u0928\u094d\u0926\u0940" },
		{ "\ufb01n \u00b2", "fin 2" },
		{ "\u1112\u1161\u11ab", "\ud55c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_written(cases[i][0], cases[i][1]);
}

static void long_words_are_cut(void **state)
{
	char text[200];
	struct terms t;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	t = read_terms(text);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.v[0].text.len, TERMS_WORD_MAX);
	assert_int_equal(t.v[0].end, sizeof(text) - 1);
}

/* Thousands of marks on one letter, and what grows most. */
static void large_pieces(void **state)
{
	struct buf b;
	struct terms t = { 0 };

	(void)state;
	buf_init(&b);
	buf_char(&b, 'e');
	for (int i = 0; i < 8000; i++)
		buf_cstr(&b, "\u0323\u0301");
	buf_char(&b, ' ');
	for (int i = 0; i < 2000; i++)
		buf_cstr(&b, "\ufdfa");
	for (int i = 0; i < 4000; i++)
		buf_cstr(&b, "\u0390\u093c");
	terms_add(&arena, &t, buf_view(&b));
	assert_true(str_is(t.v[0].text, "e"));
	assert_int_equal(t.v[0].start, 0);
	buf_release(&b);
}

/* matches(text, query, "0-3 5-7"); NULL: does not match. */
static void matches(const char *text, const char *query, const char *want)
{
	struct terms t = read_terms(text);
	struct terms_query q;
	struct terms_span *spans;
	char got[200] = "";
	size_t n, len = 0;

	terms_query_read(&arena, str_of(query), &q);
	if (!terms_query_match(&arena, &q, &t, &spans, &n)) {
		if (want)
			fail_msg("\"%s\" does not find \"%s\"", query, text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%u-%u",
		    i ? " " : "", spans[i].start, spans[i].end);
	if (!want || strcmp(got, want) != 0)
		fail_msg("\"%s\" finds \"%s\" at %s, not %s", query, text, got,
		    want ? want : "all");
}

static void words(void **state)
{
	(void)state;
	matches("hello world", "hello", "0-5");
	matches("hello world", "world hello", "0-5 6-11");
	matches("hello world", "hel", "0-5");
	matches("hello world", "hel world", NULL);
	matches("hello world", "world hel", "0-5 6-11");
	matches("hello world", "hello there", NULL);
	matches("na\u00efve \u00c9t\u00e9", "ETE", "6-9");
	matches("e\u0301te\u0301!", "\u00e9t\u00e9", "0-5");
	matches("Stra\u00dfe", "strasse", "0-6");
	matches("\ufb01ne", "fi", "0-3");
	matches("a foo-bar b", "foo-bar", "2-9");
	matches("a foo b bar", "foo-bar", NULL);
	matches("a a ab", "a", "0-1 2-3 4-6");
	matches("x \U0001f44d\U0001f3fd y", "\U0001f44d", "2-4");
	matches("I \u2764\ufe0f U", "\u2764", "2-4");
}

static void phrases(void **state)
{
	(void)state;
	matches("say hello world now", "\"hello world\"", "4-15");
	matches("say hello, world now", "\u201chello world\u201d", "4-16");
	matches("hello big world", "\"hello world\"", NULL);
	matches("hello worldly", "\"hello world\"", NULL);
	matches("hello worldly", "\"hello world", "0-13");
	matches("hello worldly x", "\"hello\" wor", "0-5 6-13");
	matches("hello worldly x", "wor \"hello\"", NULL);
	matches("hello hello", "\"hello hello\" hello", "0-11");
}

static void runs(void **state)
{
	const char *text = "\u6211\u5728\u5317\u4eac\u5927\u5b66\u3002";

	(void)state;
	matches(text, "\u5317\u4eac", "2-4");
	matches(text, "\u4eac", "3-4");
	matches(text, "\u5b66", "5-6");
	matches(text, "\u6211\u5728\u5317\u4eac\u5927\u5b66", "0-6");
	matches(text, "\u5317\u5927", NULL);
	matches(text, "\u4eac \u5317\u4eac", "2-4");
	matches(text, "\"\u5317 \u4eac\"", NULL);
	matches("\u624b\u673aiPhone", "\u673aiphone", "1-8");
	matches("\u624b\u673a iPhone", "\u673aiphone", "1-9");
	matches("\u624b\u673a\u58f3 iPhone", "\u673aiphone", NULL);
	matches("\u304c", "\u304b", NULL);
	matches("\u304b\u3099", "\u304c", "0-2");
	matches("\uff76\uff9e\uff97\uff7d", "\u30ac\u30e9\u30b9", "0-4");
}

static void nothing_to_look_for(void **state)
{
	static const char *const none[] = { "", " ", "\"", "\"\"", "!?*",
		"\" - \"", "\u0301", "\u3000", "\ue000" };

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct terms_query q;

		terms_query_read(&arena, str_of(none[i]), &q);
		assert_int_equal(q.n, 0);
	}
}

static void a_gap_is_between_texts(void **state)
{
	struct terms t = { 0 };
	struct terms_query q;
	struct terms_span *spans;
	size_t n;

	(void)state;
	terms_add(&arena, &t, STR("hello"));
	terms_add(&arena, &t, STR(""));
	terms_add(&arena, &t, STR("world"));
	assert_true(str_is(written(&t), "hello \ue000 world"));
	terms_query_read(&arena, STR("\"hello world\""), &q);
	assert_false(terms_query_match(&arena, &q, &t, &spans, &n));
	terms_query_read(&arena, STR("world hello"), &q);
	assert_true(terms_query_match(&arena, &q, &t, &spans, &n));
	/* The other text is not what is shown. */
	assert_int_equal(n, 1);
	assert_int_equal(spans[0].end, 5);
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts),
		cmocka_unit_test(folds),
		cmocka_unit_test(long_words_are_cut),
		cmocka_unit_test(large_pieces),
		cmocka_unit_test(words),
		cmocka_unit_test(phrases),
		cmocka_unit_test(runs),
		cmocka_unit_test(nothing_to_look_for),
		cmocka_unit_test(a_gap_is_between_texts),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
