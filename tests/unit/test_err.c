#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"
#include "child.h"

/* What clients see is the same in everything or has another code. */
static void same_or_other(const struct err_info *a, const struct err_info *b)
{
	if (strcmp(a->code, b->code))
		return;
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->retry, b->retry);
	assert_int_equal(a->exit_code, b->exit_code);
	assert_string_equal(a->text, b->text);
}

static void table(void **state)
{
	(void)state;
	assert_int_equal(err_info(ERR_NOT_FOUND)->status, 404);
	assert_string_equal(err_info(ERR_NOT_FOUND)->code, "not_found");
	assert_string_equal(err_code_of(403), "forbidden");
	assert_string_equal(err_code_of(500), "internal");
	assert_string_equal(err_code_of(299), "internal");
	assert_int_equal(err_info(ERR_UNCERTAIN)->retry, ERR_RETRY_SAME);
	assert_int_equal(err_info(ERR_BUSY)->retry, ERR_RETRY_LATER);
	assert_int_equal(err_info(ERR_BUSY)->exit_code, 75);
	for (int i = ERR_NONE + 1; i < ERR_MAX; i++) {
		const struct err_info *info = err_info((enum err_code)i);

		assert_in_range(info->status, 400, 599);
		assert_true(str_is_alnum_or(str_of(info->code), "_"));
		assert_in_range(info->exit_code, 64, 78);
		assert_true(strlen(info->text) > 0);
		for (int j = ERR_NONE + 1; j < i; j++)
			same_or_other(info, err_info((enum err_code)j));
	}
}

static void fills(void **state)
{
	struct error err;

	(void)state;
	memset(&err, 0xff, sizeof(err));
	assert_int_equal(err_set(&err, ERR_CONFLICT, "n=%d", 7), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_string_equal(err.detail, "n=7");
	assert_string_equal(err.field, "");
	assert_int_equal(err.retry_after_ms, 0);
	assert_int_equal(err_field(&err, ERR_INVALID_ARGUMENT,
			     "messages.3.text", "too %s", "long"),
	    -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	assert_string_equal(err.field, "messages.3.text");
	assert_string_equal(err.detail, "too long");
	err_field(&err, ERR_GONE, NULL, "x");
	assert_string_equal(err.field, "");
	err_clear(&err);
	assert_int_equal(err.code, ERR_NONE);
	assert_string_equal(err.detail, "");
}

/* Callers may pass the error's own text. */
static void may_quote_itself(void **state)
{
	struct error err;

	(void)state;
	err_field(&err, ERR_GONE, "a.b", "inner");
	err_field(&err, ERR_BUSY, err.field, "outer: %s", err.detail);
	assert_string_equal(err.field, "a.b");
	assert_string_equal(err.detail, "outer: inner");
	err_field(&err, ERR_BUSY, err.field + 2, "%s", err.detail + 7);
	assert_string_equal(err.field, "b");
	assert_string_equal(err.detail, "inner");
}

/* Both texts go into JSON: no partial characters at the end. */
static void cut_between_characters(void **state)
{
	char text[400];
	struct error err;

	(void)state;
	for (size_t lead = 0; lead < 4; lead++) {
		size_t n = lead;

		memset(text, 'a', lead);
		for (; n + 4 < sizeof(text); n += 4)
			memcpy(text + n, "\xf0\x9f\x98\x80", 4);
		text[n] = '\0';
		err_field(&err, ERR_GONE, text, "%s", text);
		assert_true(str_is_utf8(str_of(err.detail)));
		assert_true(str_is_utf8(str_of(err.field)));
		assert_in_range(strlen(err.detail), sizeof(err.detail) - 4,
		    sizeof(err.detail) - 1);
		assert_in_range(strlen(err.field), sizeof(err.field) - 4,
		    sizeof(err.field) - 1);
	}
	/* A text that just fits is not cut. */
	memset(text, 'a', sizeof(err.detail) - 1);
	text[sizeof(err.detail) - 1] = '\0';
	err_set(&err, ERR_GONE, "%s", text);
	assert_string_equal(err.detail, text);
	text[sizeof(err.field) - 1] = '\0';
	err_field(&err, ERR_GONE, text, "x");
	assert_string_equal(err.field, text);
}

static void call_bug(void *arg)
{
	BUG("odd \"%s\"", (const char *)arg);
}

static void call_bug_on(void *arg)
{
	BUG_ON(!arg);
	BUG_ON(arg != NULL);
}

static void call_die(void *arg)
{
	die(EX_CONFIG, "%s", (const char *)arg);
}

static void call_info(void *arg)
{
	(void)arg;
	err_info(ERR_MAX);
}

static void ends_the_process(void **state)
{
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(call_bug, "value", text), 128 + 6);
	assert_non_null(strstr(text, " level=error "));
	assert_non_null(strstr(text, " ev=bug file="));
	assert_non_null(strstr(text, "test_err.c line="));
	assert_non_null(strstr(text, "text=\"odd \\\"value\\\"\"\n"));
	assert_int_equal(child_run(call_bug_on, "x", text), 128 + 6);
	assert_non_null(strstr(text, "text=\"arg != NULL\"\n"));
	assert_int_equal(child_run(call_die, "a.conf:7: bad", text), 78);
	assert_non_null(
	    strstr(text, " ev=die exit=78 text=\"a.conf:7: bad\"\n"));
	assert_int_equal(child_run(call_info, NULL, text), 128 + 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(fills),
		cmocka_unit_test(may_quote_itself),
		cmocka_unit_test(cut_between_characters),
		cmocka_unit_test(ends_the_process),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
