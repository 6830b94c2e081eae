#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/zone.h"

static void names_of_the_database(void **state)
{
	(void)state;
	assert_true(zone_is_known(STR("Europe/Berlin")));
	assert_true(zone_is_known(STR("America/Argentina/Buenos_Aires")));
	assert_true(zone_is_known(STR("Asia/Calcutta")));
	assert_true(zone_is_known(STR("Etc/GMT+5")));
	assert_true(zone_is_known(STR("UTC")));
	assert_true(zone_is_known(STR("EST5EDT")));
}

/* What libc would take for UTC, and what ICU makes up. */
static void other_names(void **state)
{
	static const char *const names[] = { "", "Europe", "Europe/Berlim",
		"europe/berlin", "Europe/Berlin ", "../etc/passwd", "PST",
		"GMT+5", "GMT+05:30", "UTC+1", "Etc/Unknown", "localtime",
		":Europe/Berlin", "Mars/Olympus_Mons",
		"A/name/that/is/longer/than/any/name/of/a/zone/in/the/database/"
		"is" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (zone_is_known(str_of(names[i])))
			fail_msg("%s", names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_the_database),
		cmocka_unit_test(other_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
