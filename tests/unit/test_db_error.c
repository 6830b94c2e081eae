#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/db_error.h"

/* By number: the table's names come from a header that could be wrong. */
static void kinds(void **state)
{
	static const struct {
		unsigned int no;
		enum db_error_kind kind;
	} cases[] = {
		{ 1062, DB_ERROR_DUPLICATE },
		{ 1053, DB_ERROR_LOST }, /* shutdown in progress */
		{ 1077, DB_ERROR_LOST },
		{ 1080, DB_ERROR_LOST },
		{ 1152, DB_ERROR_LOST },
		{ 1158, DB_ERROR_LOST },
		{ 1159, DB_ERROR_LOST },
		{ 1160, DB_ERROR_LOST },
		{ 1161, DB_ERROR_LOST },
		{ 1184, DB_ERROR_LOST },
		{ 1927, DB_ERROR_LOST }, /* connection killed */
		{ 2002, DB_ERROR_LOST },
		{ 2003, DB_ERROR_LOST },
		{ 2006, DB_ERROR_LOST },
		{ 2012, DB_ERROR_LOST },
		{ 2013, DB_ERROR_LOST },
		{ 2014, DB_ERROR_LOST },
		{ 2027, DB_ERROR_LOST },
		{ 2055, DB_ERROR_LOST },
		{ 1020, DB_ERROR_RERUN },
		{ 1205, DB_ERROR_RERUN },
		{ 1213, DB_ERROR_RERUN },
		{ 1412, DB_ERROR_RERUN },
		{ 1615, DB_ERROR_RERUN },
		{ 3, DB_ERROR_BUSY },
		{ 20, DB_ERROR_BUSY },
		{ 1021, DB_ERROR_BUSY },
		{ 1026, DB_ERROR_BUSY },
		{ 1037, DB_ERROR_BUSY },
		{ 1038, DB_ERROR_BUSY },
		{ 1040, DB_ERROR_BUSY }, /* too many connections */
		{ 1041, DB_ERROR_BUSY },
		{ 1047, DB_ERROR_BUSY }, /* not ready in its cluster */
		{ 1114, DB_ERROR_BUSY },
		{ 1135, DB_ERROR_BUSY },
		{ 1180, DB_ERROR_BUSY },
		{ 1203, DB_ERROR_BUSY },
		{ 1206, DB_ERROR_BUSY },
		{ 1223, DB_ERROR_BUSY },
		{ 1226, DB_ERROR_BUSY },
		{ 1290, DB_ERROR_BUSY }, /* read_only */
		{ 1317, DB_ERROR_BUSY },
		{ 1461, DB_ERROR_BUSY }, /* max_prepared_stmt_count */
		{ 1637, DB_ERROR_BUSY },
		{ 1836, DB_ERROR_BUSY },
		{ 1969, DB_ERROR_BUSY },
		{ 2008, DB_ERROR_BUSY },
		{ 3024, DB_ERROR_BUSY },
		/* Of the program, its rights or the schema. */
		{ 1044, DB_ERROR_SCHEMA },
		{ 1045, DB_ERROR_SCHEMA },
		{ 1046, DB_ERROR_SCHEMA },
		{ 1049, DB_ERROR_SCHEMA },
		{ 1054, DB_ERROR_SCHEMA },
		{ 1064, DB_ERROR_SCHEMA },
		{ 1142, DB_ERROR_SCHEMA },
		{ 1143, DB_ERROR_SCHEMA },
		{ 1146, DB_ERROR_SCHEMA },
		{ 1227, DB_ERROR_SCHEMA },
		{ 1364, DB_ERROR_SCHEMA },
		{ 1932, DB_ERROR_SCHEMA },
		/* Of the rows. */
		{ 0, DB_ERROR_INTERNAL },
		{ 1048, DB_ERROR_INTERNAL },
		{ 1264, DB_ERROR_INTERNAL },
		{ 1406, DB_ERROR_INTERNAL },
		{ 1644, DB_ERROR_INTERNAL }, /* SIGNAL */
		{ 1792, DB_ERROR_INTERNAL },
		{ 9999, DB_ERROR_INTERNAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (db_error_kind(cases[i].no) != cases[i].kind)
			fail_msg("error %u", cases[i].no);
	}
}

static void commits(void **state)
{
	static const unsigned int hidden[] = { 1053, 1180, 1317, 1927, 1969,
		2006, 2013, 3024 };
	static const unsigned int told[] = { 0, 1021, 1205, 1213, 1290, 1047 };

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
		assert_true(db_error_hides_commit(hidden[i]));
	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++)
		assert_false(db_error_hides_commit(told[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(commits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
