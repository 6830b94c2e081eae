/* What an appender remembers of own ordinals, and when it looks again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "im/conv/append_own.h"

static struct append_own *own;
static int64_t ordinal;

static int set_up(void **state)
{
	(void)state;
	own = append_own_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	append_own_free(&own);
	return 0;
}

static struct conv log_at(int64_t conv_id, int64_t last_index)
{
	return (struct conv){
		.conv_id = conv_id,
		.epoch = 1,
		.last_index = last_index,
	};
}

/* One committed send; ordinal: of the sender's own. */
static void send(struct conv *c, int64_t user_id, int64_t at)
{
	c->last_index++;
	append_own_note(own, c, c->last_index - 1, user_id, at);
}

static void test_senders_of_one_log(void **state)
{
	struct conv c = log_at(7, 10);

	(void)state;
	assert_false(append_own_find(own, &c, 1, &ordinal));
	send(&c, 1, 5);
	send(&c, 2, 3);
	send(&c, 1, 6);
	assert_true(append_own_find(own, &c, 1, &ordinal));
	assert_int_equal(ordinal, 6);
	assert_true(append_own_find(own, &c, 2, &ordinal));
	assert_int_equal(ordinal, 3);
	assert_false(append_own_find(own, &c, 3, &ordinal));
}

static void test_two_senders_in_one_transaction(void **state)
{
	struct conv c = log_at(8, 10);

	(void)state;
	send(&c, 3, 9);
	c.last_index += 2;
	append_own_note(own, &c, 11, 1, 5);
	append_own_note(own, &c, 11, 2, 3);
	assert_true(append_own_find(own, &c, 1, &ordinal));
	assert_true(append_own_find(own, &c, 2, &ordinal));
	assert_true(append_own_find(own, &c, 3, &ordinal));
	assert_int_equal(ordinal, 9);
}

static void test_another_writer(void **state)
{
	struct conv c = log_at(9, 10);

	(void)state;
	send(&c, 1, 5);
	c.last_index++; /* another process appends */
	assert_false(append_own_find(own, &c, 1, &ordinal));
	send(&c, 2, 1);
	/* Nothing older than the other's entry is believed. */
	assert_false(append_own_find(own, &c, 1, &ordinal));
	assert_true(append_own_find(own, &c, 2, &ordinal));
}

static void test_another_home(void **state)
{
	struct conv c = log_at(10, 10);

	(void)state;
	send(&c, 1, 5);
	c.epoch++;
	assert_false(append_own_find(own, &c, 1, &ordinal));
}

/* Bounded, and never of another log or sender. */
static void test_many(void **state)
{
	size_t known = 0;

	(void)state;
	for (int64_t id = 1; id <= 5000; id++)
		for (int64_t user = 1; user <= 6; user++) {
			struct conv c = log_at(id << 22, user);

			append_own_note(own, &c, user - 1, user, id + user);
		}
	for (int64_t id = 1; id <= 5000; id++)
		for (int64_t user = 1; user <= 6; user++) {
			struct conv c = log_at(id << 22, 6);

			if (!append_own_find(own, &c, user, &ordinal))
				continue;
			assert_int_equal(ordinal, id + user);
			known++;
		}
	assert_in_range(known, 1000, 5000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_senders_of_one_log),
		TEST(test_two_senders_in_one_transaction),
		TEST(test_another_writer),
		TEST(test_another_home),
		TEST(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
