/* What an appender remembers of small conversations, and when it forgets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "im/conv/append_known.h"

#define MANY 3000 /* more than there is room for */

static struct append_known *known;

static int set_up(void **state)
{
	(void)state;
	known = append_known_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	append_known_free(&known);
	return 0;
}

static struct conv log_at(int64_t conv_id, int64_t last_index)
{
	return (struct conv){
		.conv_id = conv_id,
		.epoch = 1,
		.version = 1,
		.last_index = last_index,
	};
}

static void keep(const struct conv *c, size_t n)
{
	struct member list[APPEND_KNOWN_MEMBERS + 1] = { { 0 } };

	for (size_t i = 0; i < n; i++) {
		list[i].conv_id = c->conv_id;
		list[i].user_id = (int64_t)i + 1;
		list[i].role = ROLE_MEMBER;
		list[i].alias = STR("gone");
	}
	append_known_keep(known, c, list, n);
}

static size_t n_known(const struct conv *c)
{
	size_t n;

	append_known_members(known, c, &n);
	return n;
}

static void test_members_of_a_version(void **state)
{
	struct conv c = log_at(7, 10);
	const struct member *list;
	size_t n;

	(void)state;
	assert_int_equal(n_known(&c), 0);
	keep(&c, 2);
	list = append_known_members(known, &c, &n);
	assert_int_equal(n, 2);
	assert_int_equal(list[0].user_id, 1);
	assert_int_equal(list[1].user_id, 2);
	assert_int_equal(list[1].role, ROLE_MEMBER);
	assert_null(list[1].alias.p);
	/* A message does not change them. */
	c.last_index++;
	assert_int_equal(n_known(&c), 2);
	/* Somebody joins or leaves, or the home moves. */
	c.version++;
	assert_int_equal(n_known(&c), 0);
	keep(&c, 3);
	assert_int_equal(n_known(&c), 3);
	c.epoch++;
	assert_int_equal(n_known(&c), 0);
	keep(&c, 1);
	assert_int_equal(n_known(&c), 1);
}

static void test_level_while_nobody_else_appends(void **state)
{
	struct conv c = log_at(8, 10);

	(void)state;
	append_known_level(known, &c); /* of members that are not known */
	assert_false(append_known_is_level(known, &c, 10));
	keep(&c, 2);
	assert_false(append_known_is_level(known, &c, 10));
	append_known_level(known, &c);
	assert_true(append_known_is_level(known, &c, 10));
	assert_false(append_known_is_level(known, &c, 11));
	c.version++;
	assert_false(append_known_is_level(known, &c, 10));
	/* New members have to be served first. */
	keep(&c, 3);
	assert_false(append_known_is_level(known, &c, 10));
}

static void test_bounds(void **state)
{
	struct conv c = log_at(9, 10);
	size_t kept = 0;

	(void)state;
	keep(&c, APPEND_KNOWN_MEMBERS + 1);
	assert_int_equal(n_known(&c), 0);
	keep(&c, APPEND_KNOWN_MEMBERS);
	assert_int_equal(n_known(&c), APPEND_KNOWN_MEMBERS);
	for (int64_t id = 1; id <= MANY; id++) {
		c = log_at(id, 1);
		keep(&c, 1 + (size_t)id % 3);
		assert_int_equal(n_known(&c), 1 + (size_t)id % 3);
	}
	for (int64_t id = 1; id <= MANY; id++) {
		c = log_at(id, 1);
		kept += n_known(&c) != 0;
		if (n_known(&c))
			assert_int_equal(n_known(&c), 1 + (size_t)id % 3);
	}
	assert_in_range(kept, 1, MANY - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_members_of_a_version,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_level_while_nobody_else_appends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounds, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
