#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/ids.h"

static void sorts_and_drops_repeats(void **state)
{
	int64_t ids[] = { 7, INT64_MAX, 3, 7, 1, 3, 7, INT64_MAX };
	static const int64_t want[] = { 1, 3, 7, INT64_MAX };

	(void)state;
	assert_int_equal(ids_sort_distinct(ids, 8), 4);
	assert_memory_equal(ids, want, sizeof(want));
	assert_int_equal(ids_sort_distinct(ids, 4), 4);
	assert_int_equal(ids_sort_distinct(ids, 1), 1);
	assert_int_equal(ids_sort_distinct(NULL, 0), 0);
}

static void finds(void **state)
{
	static const int64_t ids[] = { 2, 5, INT64_MAX };

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ids_find(ids, 3, ids[i]), i);
	assert_int_equal(ids_find(ids, 3, 1), -1);
	assert_int_equal(ids_find(ids, 3, 3), -1);
	assert_int_equal(ids_find(ids, 2, INT64_MAX), -1);
	assert_int_equal(ids_find(NULL, 0, 1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_and_drops_repeats),
		cmocka_unit_test(finds),
	};

	return cmocka_run_group_tests_name("ids", tests, NULL, NULL);
}
