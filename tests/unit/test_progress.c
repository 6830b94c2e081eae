/* The text of a bar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "job/progress.h"

static const struct progress p = { .job = "verify", .what = "users" };

static void is(int64_t done, int64_t total, int64_t ms, int width,
    const char *want)
{
	char text[PROGRESS_TEXT_MAX];

	progress_text(text, &p, done, total, ms, width);
	assert_string_equal(text, want);
	if (total)
		assert_true(strlen(text) < (size_t)width);
}

static void bars(void **state)
{
	(void)state;
	is(0, 100, 0, 46, "verify users [..........]   0%");
	is(50, 100, 7000, 46, "verify users [#####.....]  50% 7s left");
	is(25, 100, 60000, 46, "verify users [##........]  25% 3m00s left");
	is(1, 100, 120000, 46, "verify users [..........]   1% 3h18m left");
	is(100, 100, 9000, 46, "verify users [##########] 100%");
	/* Out of bounds, and beyond any time. */
	is(-5, 100, 1000, 46, "verify users [..........]   0%");
	is(500, 100, 1000, 46, "verify users [##########] 100%");
	is(1, INT64_MAX, INT64_MAX / 2, 56,
	    "verify users [....................]   0% 999h00m left");
}

static void no_total(void **state)
{
	(void)state;
	is(4200, 0, 65000, 80, "verify: 4200 users, 1m05s");
}

static void narrow(void **state)
{
	(void)state;
	is(50, 100, 1000, 36, "verify users []  50% 1s left");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars),
		cmocka_unit_test(no_total),
		cmocka_unit_test(narrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
