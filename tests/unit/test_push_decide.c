#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "im/conv/entry.h"
#include "im/push/decide.h"
#include "im/user/chat.h"

#define ME    7
#define PEER  8
#define INDEX 20
#define HOUR  INT64_C(3600000)
/* 2026-01-07 12:00 UTC, a Wednesday. */
#define NOON INT64_C(1767787200000)

/* ---- each reason, alone and in order ---- */

static struct push_facts facts(enum push_what what)
{
	return (struct push_facts){
		.what = what,
		.now_ms = NOON,
		.expiry_ms = 24 * HOUR,
		.kind = ENTRY_MESSAGE,
		.type = MESSAGE_TEXT,
		.conv_index = INDEX,
		.sent_ms = NOON - 1000,
		.sender_id = PEER,
		.user_id = ME,
		.is_member = true,
		.joined_index = 1,
		.is_registered = true,
		.has_credential = true,
		.is_enabled = true,
		.read_index = INDEX - 1,
		.delivered_index = INDEX - 1,
	};
}

/* Makes the reason hold, and no other. */
static void make(struct push_facts *f, enum push_reason r)
{
	switch (r) {
	case PUSH_NO_KIND:
		f->kind = ENTRY_EDIT;
		break;
	case PUSH_NO_SILENT:
		f->flags |= ENTRY_SILENT;
		break;
	case PUSH_NO_NO_UNREAD:
		f->flags |= ENTRY_NO_UNREAD;
		break;
	case PUSH_NO_GONE:
		f->is_gone = true;
		break;
	case PUSH_NO_LATE:
		f->expiry_ms = 1000;
		break;
	case PUSH_NO_NOT_MEMBER:
		f->is_member = false;
		break;
	case PUSH_NO_OWN:
		f->sender_id = ME;
		break;
	case PUSH_NO_BLOCKED:
		f->is_blocked = true;
		break;
	case PUSH_NO_DISABLED:
		f->is_disabled = true;
		break;
	case PUSH_NO_UNREGISTERED:
		f->is_registered = false;
		break;
	case PUSH_NO_NO_CREDENTIAL:
		f->has_credential = false;
		break;
	case PUSH_NO_PAUSED:
		f->is_enabled = false;
		break;
	case PUSH_NO_QUIET_TYPE:
		f->quiet_types = 1;
		break;
	case PUSH_NO_FAILING:
		f->is_failing = true;
		break;
	case PUSH_NO_NOTIFY_NONE:
		f->notify = NOTIFY_NONE;
		break;
	case PUSH_NO_NOTIFY_MENTIONS:
		f->notify = NOTIFY_MENTIONS;
		break;
	case PUSH_NO_MUTED:
		f->muted_until_ms = NOON + 1;
		break;
	case PUSH_NO_DND:
		f->dnd = (struct dnd){ 0, 0, 127, STR("UTC") };
		break;
	case PUSH_NO_READ:
		f->read_index = INDEX;
		break;
	case PUSH_NO_ACKED:
		f->is_foreground = true;
		f->delivered_index = INDEX;
		break;
	case PUSH_NO_DEAD:
		f->is_dead = true;
		break;
	case PUSH_GO:
	case PUSH_REASON_END:
		break;
	}
}

/* What push_reason.def says. */
enum { M = PUSH_OF_MESSAGE, R = PUSH_OF_REMINDER, T = PUSH_OF_TEST };
static const int concerns[] = {
	0,
#define R(symbol, name, what, outcome, text) what,
#include "im/push/push_reason.def"
#undef R
};

static const enum push_what kinds[] = { PUSH_OF_MESSAGE, PUSH_OF_REMINDER,
	PUSH_OF_TEST };

static void alone(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct push_facts f = facts(kinds[k]);

		assert_int_equal(push_decide(&f), PUSH_GO);
		for (int r = 1; r < PUSH_REASON_END; r++) {
			f = facts(kinds[k]);
			make(&f, r);
			if ((int)push_decide(&f) !=
			    (concerns[r] & (int)kinds[k] ? r : PUSH_GO))
				fail_msg("%s of %d", push_reason_name(r),
				    kinds[k]);
		}
	}
}

static bool is_one_field(int a, int b)
{
	return a == PUSH_NO_NOTIFY_NONE && b == PUSH_NO_NOTIFY_MENTIONS;
}

/* The earlier one of any two. */
static void in_order(void **state)
{
	(void)state;
	for (int a = 1; a < PUSH_REASON_END; a++)
		for (int b = a + 1; b < PUSH_REASON_END; b++) {
			struct push_facts f = facts(PUSH_OF_MESSAGE);

			if (is_one_field(a, b))
				continue;
			make(&f, b);
			make(&f, a);
			if ((int)push_decide(&f) != a)
				fail_msg("%s before %s", push_reason_name(a),
				    push_reason_name(b));
		}
}

static void outcomes(void **state)
{
	(void)state;
	assert_int_equal(push_reason_outcome(PUSH_GO), PUSH_SEND);
	for (int r = 1; r < PUSH_REASON_END; r++) {
		assert_int_equal(push_reason_outcome(r),
		    r == PUSH_NO_FAILING ? PUSH_WAIT
		    : r == PUSH_NO_DEAD  ? PUSH_DEAD
					 : PUSH_SKIP);
		assert_true(*push_reason_name(r) && *push_reason_text(r));
	}
	assert_string_equal(push_reason_name(PUSH_NO_NOTIFY_NONE),
	    "notify_none");
}

/* ---- bounds of single questions ---- */

static enum push_reason decide(struct push_facts f)
{
	return push_decide(&f);
}

static void mentions(void **state)
{
	struct push_facts f = facts(PUSH_OF_MESSAGE);

	(void)state;
	f.mentions = true;
	f.notify = NOTIFY_MENTIONS;
	assert_int_equal(decide(f), PUSH_GO);
	f.muted_until_ms = INT64_MAX;
	assert_int_equal(decide(f), PUSH_GO);
	f.notify = NOTIFY_ALL;
	assert_int_equal(decide(f), PUSH_GO);
	f.notify = NOTIFY_NONE;
	assert_int_equal(decide(f), PUSH_NO_NOTIFY_NONE);
	f.notify = NOTIFY_ALL;
	f.dnd = (struct dnd){ 0, 0, 127, STR("UTC") };
	assert_int_equal(decide(f), PUSH_NO_DND);
}

static void bounds(void **state)
{
	struct push_facts f = facts(PUSH_OF_MESSAGE);

	(void)state;
	f.muted_until_ms = NOON;
	assert_int_equal(decide(f), PUSH_GO);
	f.joined_index = INDEX;
	assert_int_equal(decide(f), PUSH_GO);
	f.joined_index = INDEX + 1;
	assert_int_equal(decide(f), PUSH_NO_NOT_MEMBER);
	f = facts(PUSH_OF_MESSAGE);
	f.expiry_ms = 1001;
	assert_int_equal(decide(f), PUSH_GO);
	f.quiet_types = ~INT64_C(1);
	assert_int_equal(decide(f), PUSH_GO);
	f.type = MESSAGE_FORWARD;
	assert_int_equal(decide(f), PUSH_NO_QUIET_TYPE);
	f = facts(PUSH_OF_MESSAGE);
	f.flags = ENTRY_NO_BUMP | ENTRY_MENTIONS;
	assert_int_equal(decide(f), PUSH_GO);
}

/* Connected in the background, or in the foreground without having it. */
static void acks(void **state)
{
	struct push_facts f = facts(PUSH_OF_MESSAGE);

	(void)state;
	f.delivered_index = INDEX;
	assert_int_equal(decide(f), PUSH_GO);
	f.is_foreground = true;
	f.delivered_index = INDEX - 1;
	assert_int_equal(decide(f), PUSH_GO);
}

/* ---- hours ---- */

#define DAY (24 * HOUR)
#define MIN INT64_C(60000)
/* Midnight UTC of a Monday. */
#define MONDAY INT64_C(1767571200000)

static void hours(void **state)
{
	/* 22:00 to 07:00 on Monday and Friday. */
	const struct dnd night = { 22 * 60, 7 * 60, 1 | 16, STR("UTC") };
	const struct dnd lunch = { 12 * 60, 13 * 60, 2, STR("UTC") };
	const struct dnd whole = { 600, 600, 64, STR("UTC") };
	const struct dnd none = { 0, 0, 127, STR_NONE };
	const struct {
		const struct dnd *d;
		int64_t ms;
		bool is;
	} cases[] = {
		{ &night, MONDAY + 22 * HOUR - 1, false },
		{ &night, MONDAY + 22 * HOUR, true },
		{ &night, MONDAY + DAY + 7 * HOUR - 1, true },
		{ &night, MONDAY + DAY + 7 * HOUR, false },
		{ &night, MONDAY + DAY + 22 * HOUR, false },
		{ &night, MONDAY + 6 * HOUR, false }, /* began on Sunday */
		{ &night, MONDAY + 4 * DAY + 23 * HOUR, true },
		{ &night, MONDAY + 5 * DAY + HOUR, true },
		{ &night, MONDAY + 5 * DAY + 23 * HOUR, false },
		{ &lunch, MONDAY + 12 * HOUR, false },
		{ &lunch, MONDAY + DAY + 12 * HOUR - 1, false },
		{ &lunch, MONDAY + DAY + 12 * HOUR, true },
		{ &lunch, MONDAY + DAY + 13 * HOUR, false },
		/* From Sunday into Monday: the week goes round. */
		{ &whole, MONDAY + 6 * DAY + 10 * HOUR, true },
		{ &whole, MONDAY + 6 * DAY + 9 * HOUR, false },
		{ &whole, MONDAY + 9 * HOUR, true },
		{ &whole, MONDAY + 10 * HOUR, false },
		{ &none, NOON, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (push_is_dnd(cases[i].d, cases[i].ms) != cases[i].is)
			fail_msg("case %zu", i);
}

/* How many of the minutes of 24 hours from a moment are within. */
static int minutes(const struct dnd *d, int64_t from_ms)
{
	int n = 0;

	for (int64_t m = 0; m < 24 * 60; m++)
		n += push_is_dnd(d, from_ms + m * MIN);
	return n;
}

static void changes_of_time(void **state)
{
	/* Berlin: at 01:00 UTC on 2026-03-29 02:00 becomes 03:00, and on
	 * 2026-10-25 03:00 becomes 02:00. */
	const int64_t spring = INT64_C(1774731600000),
		      autumn = INT64_C(1792882800000);
	const struct str berlin = STR("Europe/Berlin");
	const struct dnd within = { 135, 165, 127, berlin };
	const struct dnd around = { 90, 210, 127, berlin };

	(void)state;
	assert_int_equal(minutes(&within, spring), 0);
	assert_int_equal(minutes(&around, spring), 60);
	assert_int_equal(minutes(&within, autumn), 60);
	assert_int_equal(minutes(&around, autumn), 180);
	assert_int_equal(minutes(&within, MONDAY), 30);
	assert_int_equal(minutes(&around, MONDAY), 120);
}

static void zones(void **state)
{
	const struct dnd shanghai = { 0, 60, 127, STR("Asia/Shanghai") };
	const struct dnd kolkata = { 0, 60, 127, STR("Asia/Kolkata") };
	const struct dnd unknown = { 0, 0, 127, STR("Mars/Olympus_Mons") };

	(void)state;
	assert_true(push_is_dnd(&shanghai, MONDAY + 16 * HOUR));
	assert_false(push_is_dnd(&shanghai, MONDAY));
	assert_true(push_is_dnd(&kolkata, MONDAY + 18 * HOUR + 30 * MIN));
	assert_false(push_is_dnd(&kolkata, MONDAY + 18 * HOUR + 29 * MIN));
	assert_false(push_is_dnd(&unknown, MONDAY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone),
		cmocka_unit_test(in_order),
		cmocka_unit_test(outcomes),
		cmocka_unit_test(mentions),
		cmocka_unit_test(bounds),
		cmocka_unit_test(acks),
		cmocka_unit_test(hours),
		cmocka_unit_test(changes_of_time),
		cmocka_unit_test(zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
