#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "im/conv/page_kept.h"

#define CONV INT64_C(1000)

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

/* What is kept of the block, "" if nothing. */
static const char *kept(struct arena *a, int64_t conv, int64_t block,
    int64_t seq_min)
{
	struct str v;

	return page_kept_get(a, conv, block, seq_min, &v) ? v.p : "";
}

static void a_block_is_what_was_put(void **state)
{
	page_kept_put(CONV, 0, 5, STR("first"));
	page_kept_put(CONV, 1, 5, STR("second"));
	page_kept_put(CONV + 1, 0, 5, STR("of another"));
	assert_string_equal(kept(*state, CONV, 0, 5), "first");
	assert_string_equal(kept(*state, CONV, 1, 5), "second");
	assert_string_equal(kept(*state, CONV + 1, 0, 5), "of another");
	assert_string_equal(kept(*state, CONV + 1, 1, 0), "");
}

static void only_a_newer_one_replaces_it(void **state)
{
	page_kept_put(CONV, 2, 5, STR("five"));
	page_kept_put(CONV, 2, 5, STR("cinq"));
	page_kept_put(CONV, 2, 4, STR("four"));
	assert_string_equal(kept(*state, CONV, 2, 0), "five");
	assert_string_equal(kept(*state, CONV, 2, 6), "");
	page_kept_put(CONV, 2, 6, STR("a longer six"));
	assert_string_equal(kept(*state, CONV, 2, 6), "a longer six");
}

static void long_blocks_are_not_kept(void **state)
{
	static char text[PAGE_KEPT_BYTES_MAX + 1];
	struct str v;

	page_kept_put(CONV, 3, 1, STR(""));
	assert_false(page_kept_get(*state, CONV, 3, 0, &v));
	page_kept_put(CONV, 3, 1, (struct str){ text, sizeof(text) });
	assert_false(page_kept_get(*state, CONV, 3, 0, &v));
	page_kept_put(CONV, 3, 1, (struct str){ text, sizeof(text) - 1 });
	assert_true(page_kept_get(*state, CONV, 3, 0, &v));
	assert_int_equal(v.len, PAGE_KEPT_BYTES_MAX);
}

static void those_read_longest_ago_make_room(void **state)
{
	const int64_t n = PAGE_KEPT_MAX * INT64_C(16);
	int64_t there = 0;

	page_kept_put(CONV, 4, 1, STR("read"));
	page_kept_put(CONV, 5, 1, STR("unread"));
	for (int64_t i = 0; i < n; i++) {
		page_kept_put(CONV + 2, i, 1, STR("x"));
		assert_string_equal(kept(*state, CONV, 4, 1), "read");
	}
	assert_string_equal(kept(*state, CONV, 5, 1), "");
	for (int64_t i = 0; i < n; i++)
		there += *kept(*state, CONV + 2, i, 1) == 'x';
	/* The blocks of a log are spread over the whole table. */
	assert_int_equal(there, PAGE_KEPT_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_what_was_put),
		cmocka_unit_test(only_a_newer_one_replaces_it),
		cmocka_unit_test(long_blocks_are_not_kept),
		cmocka_unit_test(those_read_longest_ago_make_room),
	};

	return cmocka_run_group_tests_name("page_kept", tests, set_up,
	    tear_down);
}
