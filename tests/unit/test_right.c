#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "im/conv/right.h"

#define NOW 1000

static struct error err;

static bool may_post(int64_t who, int64_t role)
{
	struct conv c = { .who_can_post = who };
	struct member m = { .role = role };

	if (right_post(&c, &m, NOW, &err) == 0)
		return true;
	assert_int_equal(err.code, ERR_FORBIDDEN);
	return false;
}

static bool may_invite(int64_t who, int64_t role)
{
	struct conv c = { .who_can_invite = who };
	struct member m = { .role = role };

	if (right_invite(&c, &m, &err) == 0)
		return true;
	assert_int_equal(err.code, ERR_FORBIDDEN);
	return false;
}

static bool may_pin(int64_t who, int64_t role)
{
	struct conv c = { .who_can_pin = who };
	struct member m = { .role = role };

	if (right_pin(&c, &m, &err) == 0)
		return true;
	assert_int_equal(err.code, ERR_FORBIDDEN);
	return false;
}

static bool may_mention_all(int64_t who, int64_t role)
{
	struct conv c = { .who_can_mention_all = who };
	struct member m = { .role = role };

	if (right_mention_all(&c, &m, &err) == 0)
		return true;
	assert_int_equal(err.code, ERR_FORBIDDEN);
	return false;
}

/* Milliseconds that they have to wait. */
static int64_t pace(int64_t slow_s, int64_t role, int64_t last_ms)
{
	struct conv c = { .slow_mode_s = slow_s };
	struct member m = { .role = role };

	if (right_pace(&c, &m, last_ms, 100000, &err) == 0)
		return 0;
	assert_int_equal(err.code, ERR_RATE_LIMITED);
	assert_true(right_has_pace(&c, &m));
	return err.retry_after_ms;
}

static void slow_mode(void **state)
{
	static const struct {
		int64_t slow_s, role, last_ms, wait_ms;
	} cases[] = {
		{ 0, ROLE_MEMBER, 100000, 0 },
		{ 10, ROLE_MEMBER, 0, 0 },
		{ 10, ROLE_MEMBER, 100000, 10000 },
		{ 10, ROLE_MEMBER, 99999, 9999 },
		{ 10, ROLE_MEMBER, 90001, 1 },
		{ 10, ROLE_MEMBER, 90000, 0 },
		{ 10, ROLE_MEMBER, 200000, 10000 }, /* the clock went back */
		{ 86400, ROLE_MEMBER, 100000, 86400000 },
		{ 10, ROLE_ADMIN, 100000, 0 },
		{ 10, ROLE_OWNER, 100000, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(pace(cases[i].slow_s, cases[i].role,
				     cases[i].last_ms),
		    cases[i].wait_ms);
}

static void follow_role(void **state)
{
	static const struct {
		int64_t who, least;
	} cases[] = {
		{ WHO_ALL, ROLE_MEMBER },
		{ WHO_ADMINS, ROLE_ADMIN },
		{ WHO_OWNER, ROLE_OWNER },
		/* An unknown value allows nothing. */
		{ 0, ROLE_OWNER + 1 },
		{ WHO_OWNER + 1, ROLE_OWNER + 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int64_t r = ROLE_MEMBER; r <= ROLE_OWNER; r++) {
			bool want = r >= cases[i].least;

			assert_int_equal(may_post(cases[i].who, r), want);
			assert_int_equal(may_invite(cases[i].who, r), want);
			assert_int_equal(may_pin(cases[i].who, r), want);
			assert_int_equal(may_mention_all(cases[i].who, r),
			    want);
		}
	}
}

static void whole_conversation(void **state)
{
	struct member m = { .role = ROLE_MEMBER };

	(void)state;
	assert_int_equal(right_set(&m, &err), -1);
	assert_int_equal(err.code, ERR_FORBIDDEN);
	for (m.role = ROLE_MEMBER; m.role <= ROLE_OWNER; m.role++) {
		assert_int_equal(right_set(&m, &err) == 0,
		    m.role >= ROLE_ADMIN);
		assert_int_equal(right_dissolve(&m, &err) == 0,
		    m.role == ROLE_OWNER);
	}
}

static void muted_and_dissolved(void **state)
{
	struct conv c = { .who_can_post = WHO_ALL };
	struct member m = { .role = ROLE_OWNER, .muted_until_ms = NOW };

	(void)state;
	assert_int_equal(right_post(&c, &m, NOW, &err), 0);
	m.muted_until_ms = NOW + 1;
	assert_int_equal(right_post(&c, &m, NOW, &err), -1);
	assert_int_equal(err.code, ERR_FORBIDDEN);
	c.dissolved_ms = 1;
	assert_int_equal(right_post(&c, &m, NOW, &err), -1);
	assert_int_equal(err.code, ERR_GONE);
}

static void mentions(void **state)
{
	struct member m = { .left_index = 0 };

	(void)state;
	assert_int_equal(right_mention(&m, 0, &err), 0);
	m.left_index = 9;
	assert_int_equal(right_mention(&m, 3, &err), -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	assert_string_equal(err.field, "mentions.3");
	assert_int_equal(right_mention(NULL, 49, &err), -1);
	assert_string_equal(err.field, "mentions.49");
}

static void recall(void **state)
{
	struct conv c = { .now_ms = 200000 };
	struct member m = { .user_id = 7, .role = ROLE_MEMBER };
	struct entry e = { .sender_id = 7, .sent_ms = 100000 };

	(void)state;
	assert_int_equal(right_recall(&c, &m, &e, 101, &err), 0);
	assert_int_equal(right_recall(&c, &m, &e, 100, &err), -1);
	assert_int_equal(err.code, ERR_FORBIDDEN);
	e.sender_id = 8;
	assert_int_equal(right_recall(&c, &m, &e, 101, &err), -1);
	assert_int_equal(err.code, ERR_FORBIDDEN);
	for (m.role = ROLE_ADMIN; m.role <= ROLE_OWNER; m.role++)
		assert_int_equal(right_recall(&c, &m, &e, 0, &err), 0);
	c.dissolved_ms = 1;
	assert_int_equal(right_recall(&c, &m, &e, 0, &err), -1);
	assert_int_equal(err.code, ERR_GONE);
}

static void edit(void **state)
{
	struct conv c = { .now_ms = 200000, .who_can_post = WHO_ALL };
	struct member m = { .user_id = 7, .role = ROLE_OWNER };
	struct entry e = { .sender_id = 7, .sent_ms = 100000 };

	(void)state;
	assert_int_equal(right_edit(&c, &m, &e, 101, &err), 0);
	assert_int_equal(right_edit(&c, &m, &e, 100, &err), -1);
	assert_int_equal(err.code, ERR_FORBIDDEN);
	m.muted_until_ms = 200001;
	assert_int_equal(right_edit(&c, &m, &e, 101, &err), -1);
	assert_int_equal(err.code, ERR_FORBIDDEN);
	m.muted_until_ms = 0;
	e.sender_id = 8;
	assert_int_equal(right_edit(&c, &m, &e, 101, &err), -1);
	assert_int_equal(err.code, ERR_FORBIDDEN);
	e.sender_id = 7;
	c.dissolved_ms = 1;
	assert_int_equal(right_edit(&c, &m, &e, 101, &err), -1);
	assert_int_equal(err.code, ERR_GONE);
	assert_int_equal(right_react(&c, &m, &err), -1);
	assert_int_equal(err.code, ERR_GONE);
	c.who_can_pin = WHO_ALL;
	assert_int_equal(right_pin(&c, &m, &err), -1);
	assert_int_equal(err.code, ERR_GONE);
}

static void floor_of_history(void **state)
{
	struct conv c = { .history = HISTORY_ALL };
	struct member m = { .joined_index = 7 };

	(void)state;
	assert_int_equal(right_floor(&c, &m), 1);
	c.history = HISTORY_SINCE_JOINED;
	assert_int_equal(right_floor(&c, &m), 7);
	/* Direct conversations begin without an entry. */
	m.joined_index = 0;
	assert_int_equal(right_floor(&c, &m), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_mode),
		cmocka_unit_test(follow_role),
		cmocka_unit_test(whole_conversation),
		cmocka_unit_test(muted_and_dissolved),
		cmocka_unit_test(mentions),
		cmocka_unit_test(recall),
		cmocka_unit_test(edit),
		cmocka_unit_test(floor_of_history),
	};

	return cmocka_run_group_tests_name("right", tests, NULL, NULL);
}
