#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gateway/call_queue.h"

static struct queued *add(struct call_queue *q, struct queued *c, int64_t user)
{
	c->user_id = user;
	call_queue_add(q, c);
	return c;
}

static void users_take_turns(void **state)
{
	struct call_queue q = { .n = 0 };
	struct queued a[3] = { 0 }, b[2] = { 0 }, opening = { .opening = true };

	(void)state;
	for (int i = 0; i < 3; i++)
		add(&q, &a[i], 1);
	for (int i = 0; i < 2; i++)
		add(&q, &b[i], 2);
	add(&q, &opening, 0);
	assert_int_equal(call_queue_ahead(&q), 1 + 2);
	assert_ptr_equal(call_queue_opening(&q), &opening);
	assert_ptr_equal(call_queue_take(&q), &a[0]);
	assert_ptr_equal(call_queue_take(&q), &opening);
	assert_null(call_queue_opening(&q));
	assert_ptr_equal(call_queue_take(&q), &b[0]);
	assert_ptr_equal(call_queue_take(&q), &a[1]);
	call_queue_add_front(&q, &opening);
	assert_ptr_equal(call_queue_first(&q), &opening);
	assert_ptr_equal(call_queue_take(&q), &opening);
	assert_ptr_equal(call_queue_take(&q), &b[1]);
	assert_ptr_equal(call_queue_take(&q), &a[2]);
	assert_null(call_queue_first(&q));
	assert_int_equal(q.n, 0);
	free(q.users.slots);
}

static void a_call_leaves_from_anywhere(void **state)
{
	struct call_queue q = { .n = 0 };
	struct queued a[3] = { 0 }, b[1] = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		add(&q, &a[i], 1);
	add(&q, &b[0], 2);
	call_queue_remove(&q, &a[1]);
	assert_null(a[1].turn);
	call_queue_remove(&q, &b[0]);
	assert_ptr_equal(call_queue_take(&q), &a[0]);
	assert_ptr_equal(call_queue_take(&q), &a[2]);
	assert_int_equal(q.n, 0);
	free(q.users.slots);
}

static void openings_and_others_alternate(void **state)
{
	static struct queued openings[100], others[3];
	struct call_queue q = { .n = 0 };

	(void)state;
	for (int i = 0; i < 100; i++) {
		openings[i].opening = true;
		add(&q, &openings[i], 0);
	}
	for (int i = 0; i < 3; i++)
		add(&q, &others[i], i + 1);
	assert_int_equal(call_queue_ahead(&q), 100 + 3);
	for (int i = 0; i < 3; i++) {
		assert_ptr_equal(call_queue_take(&q), &others[i]);
		assert_ptr_equal(call_queue_take(&q), &openings[i]);
	}
	for (int i = 3; i < 100; i++)
		assert_ptr_equal(call_queue_take(&q), &openings[i]);
	assert_int_equal(call_queue_ahead(&q), 0);
	free(q.users.slots);
}

static void nobody_fills_it_alone(void **state)
{
	static struct queued calls[CALL_QUEUE_MAX];
	struct call_queue q = { .n = 0 };
	size_t n = 0;

	(void)state;
	while (call_queue_has_room(&q, 1))
		add(&q, &calls[n++], 1);
	assert_int_equal(n, CALL_QUEUE_USER_MAX);
	assert_true(call_queue_has_room(&q, 2));
	while (call_queue_has_room(&q, 0))
		add(&q, &calls[n++], 0);
	assert_int_equal(n, CALL_QUEUE_MAX);
	assert_false(call_queue_has_room(&q, 2));
	while (q.n)
		call_queue_take(&q);
	free(q.users.slots);
}

static void a_user_has_a_share_of_what_is_under_way(void **state)
{
	struct call_queue q = { .share = 2 };
	struct queued a[5] = { 0 }, b[2] = { 0 };
	struct queued opening = { .opening = true };

	(void)state;
	for (int i = 0; i < 5; i++)
		a[i].user_id = 1;
	/* Two that did not wait; the third would be too many. */
	call_queue_begin(&q, &a[0]);
	assert_true(call_queue_has_share(&q, &a[1]));
	call_queue_begin(&q, &a[1]);
	assert_false(call_queue_has_share(&q, &a[2]));
	for (int i = 2; i < 5; i++)
		add(&q, &a[i], 1);
	assert_null(call_queue_first(&q));
	assert_int_equal(q.n, 3);
	/* Others are not behind them. */
	assert_true(call_queue_has_share(&q, &b[0]));
	add(&q, &b[0], 2);
	add(&q, &b[1], 2);
	opening.user_id = 1;
	assert_true(call_queue_has_share(&q, &opening));
	add(&q, &opening, 1);
	assert_ptr_equal(call_queue_take(&q), &b[0]);
	assert_ptr_equal(call_queue_take(&q), &opening);
	assert_ptr_equal(call_queue_take(&q), &b[1]);
	assert_null(call_queue_first(&q));
	/* One is over, another one follows, in order. */
	call_queue_end(&q, &a[0]);
	assert_ptr_equal(call_queue_take(&q), &a[2]);
	call_queue_begin(&q, &a[2]);
	assert_null(call_queue_first(&q));
	/* One leaves while it is passed over. */
	call_queue_remove(&q, &a[3]);
	call_queue_end(&q, &a[1]);
	assert_ptr_equal(call_queue_take(&q), &a[4]);
	assert_null(call_queue_first(&q));
	call_queue_end(&q, &a[2]);
	assert_int_equal(q.n, 0);
	assert_int_equal(q.users.n, 0);
	free(q.users.slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_take_turns),
		cmocka_unit_test(a_call_leaves_from_anywhere),
		cmocka_unit_test(openings_and_others_alternate),
		cmocka_unit_test(nobody_fills_it_alone),
		cmocka_unit_test(a_user_has_a_share_of_what_is_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
