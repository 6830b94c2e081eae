#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "net/deadline.h"
#include "net/idmap.h"
#include "events/order.h"

static struct chunk *chunk(int64_t index)
{
	return chunk_join((struct str){ (const char *)&index, sizeof(index) },
	    STR_NONE);
}

static enum order_verdict take(struct order *o, int64_t index)
{
	struct chunk *c = chunk(index);
	enum order_verdict v = order_take(o, index, c, 0);

	chunk_unref(&c);
	return v;
}

/* The held event that is next; 0: none. */
static int64_t next(struct order *o)
{
	int64_t index = 0, inside;
	struct chunk *c = order_next(o, &index);

	if (!c)
		return 0;
	memcpy(&inside, c->p, sizeof(inside));
	assert_int_equal(inside, index);
	chunk_unref(&c);
	return index;
}

static void in_order(void **state)
{
	struct order o;

	(void)state;
	order_init(&o, 10);
	assert_int_equal(take(&o, 11), ORDER_SEND);
	assert_int_equal(take(&o, 12), ORDER_SEND);
	assert_int_equal(take(&o, 12), ORDER_OLD);
	assert_int_equal(take(&o, 3), ORDER_OLD);
	assert_false(order_has_gap(&o));
	assert_int_equal(next(&o), 0);
	assert_null(o.held);
	order_release(&o);
}

static void hole_is_filled(void **state)
{
	struct order o;

	(void)state;
	order_init(&o, 0);
	assert_int_equal(take(&o, 4), ORDER_HELD);
	assert_int_equal(take(&o, 2), ORDER_HELD);
	assert_int_equal(take(&o, 4), ORDER_OLD);
	assert_int_equal(take(&o, 6), ORDER_HELD);
	assert_true(order_has_gap(&o));
	assert_int_equal(next(&o), 0);
	assert_int_equal(take(&o, 1), ORDER_SEND);
	assert_int_equal(next(&o), 2);
	assert_int_equal(next(&o), 0);
	assert_int_equal(take(&o, 3), ORDER_SEND);
	assert_int_equal(next(&o), 4);
	assert_int_equal(next(&o), 0);
	assert_true(order_has_gap(&o));
	assert_int_equal(take(&o, 5), ORDER_SEND);
	assert_int_equal(next(&o), 6);
	assert_false(order_has_gap(&o));
	assert_null(o.held);
	order_release(&o);
}

static void hole_is_skipped(void **state)
{
	struct order o;

	(void)state;
	order_init(&o, 0);
	take(&o, 3);
	take(&o, 9);
	assert_int_equal(o.known, 9);
	order_skip(&o, 5);
	assert_int_equal(o.sent, 5);
	assert_int_equal(o.n_held, 1);
	order_skip(&o, o.known);
	assert_false(order_has_gap(&o));
	assert_null(o.held);
	assert_int_equal(take(&o, 10), ORDER_SEND);
	order_skip(&o, 4);
	assert_int_equal(o.sent, 10);
	order_skip(&o, 20);
	assert_int_equal(o.known, 20);
	order_release(&o);
}

static void nothing_passes_while_resuming(void **state)
{
	struct order o;

	(void)state;
	order_init(&o, 5);
	o.resuming = true;
	assert_int_equal(take(&o, 6), ORDER_HELD);
	assert_int_equal(take(&o, 7), ORDER_HELD);
	assert_int_equal(next(&o), 0);
	order_skip(&o, 6); /* read from the inbox */
	assert_int_equal(take(&o, 6), ORDER_OLD);
	o.resuming = false;
	assert_int_equal(next(&o), 7);
	assert_false(order_has_gap(&o));
	order_release(&o);
}

static void holding_is_bounded(void **state)
{
	struct order o;
	struct chunk *big = chunk_new(ORDER_BYTES_MAX / 2 + 1);

	(void)state;
	order_init(&o, 0);
	for (int64_t i = 2; i < 10000; i++)
		assert_int_equal(take(&o, i), ORDER_HELD);
	assert_int_equal(o.n_held, ORDER_HELD_MAX);
	assert_int_equal(o.known, 9999);
	order_release(&o);
	order_init(&o, 0);
	memset(big->p, 0, big->len);
	order_take(&o, 2, big, 0);
	order_take(&o, 3, big, 0);
	assert_int_equal(o.n_held, 1);
	assert_int_equal(big->refs, 2);
	assert_int_equal(o.known, 3);
	order_release(&o);
	assert_int_equal(big->refs, 1);
	chunk_unref(&big);
}

/* Events in any order leave ascending, once, and without a silent gap. */
static void any_order(void **state)
{
	(void)state;
	srandom(1);
	for (int round = 0; round < 300; round++) {
		struct order o;
		int64_t sent = 0, index;

		order_init(&o, 0);
		for (int i = 0; i < 500; i++) {
			int64_t n = sent + random() % 8 - 2;

			if (n > 0 && take(&o, n) == ORDER_SEND) {
				assert_int_equal(n, sent + 1);
				sent = n;
			}
			while ((index = next(&o))) {
				assert_int_equal(index, sent + 1);
				sent = index;
			}
			assert_int_equal(o.sent, sent);
			if (random() % 20 == 0) {
				order_skip(&o, o.known);
				sent = o.sent;
			}
			assert_true(o.sent <= o.known);
		}
		order_release(&o);
	}
}

/* ---- idmap ---- */

static void map_like_an_array(void **state)
{
	enum { N = 3000 };
	static void *model[N];
	struct idmap m = { .n = 0 };
	size_t n = 0;

	(void)state;
	srandom(2);
	assert_null(idmap_find(&m, 1));
	idmap_remove(&m, 1);
	for (int i = 0; i < 200000; i++) {
		int k = (int)(random() % N);
		/* Ids that share their low bits. */
		int64_t id = ((int64_t)k << 22) + 1;

		assert_ptr_equal(idmap_find(&m, id), model[k]);
		if (model[k]) {
			idmap_remove(&m, id);
			model[k] = NULL;
			n--;
		} else if (i % 3) {
			idmap_add(&m, id, model[k] = &model[k]);
			n++;
		}
		assert_int_equal(m.n, n);
	}
	for (int k = 0; k < N; k++)
		assert_ptr_equal(idmap_find(&m, ((int64_t)k << 22) + 1),
		    model[k]);
	free(m.slots);
	memset(model, 0, sizeof(model));
}

/* ---- deadlines ---- */

static struct deadline_list list;
static struct deadline d[4];
static char fired[16];
static size_t n_fired;

static void on_due(struct deadline *x)
{
	fired[n_fired++] = (char)('0' + (x - d));
	assert_false(deadline_is_set(x));
	/* 0 is set again, from its own callback. */
	if (x == &d[0] && n_fired < 3)
		deadline_set(&list, x);
}

static void deadlines(void **state)
{
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	deadline_list_init(&list, &loop, 20, on_due);
	for (int i = 0; i < 4; i++)
		deadline_set(&list, &d[i]);
	deadline_clear(&d[1]);
	deadline_clear(&d[1]);
	deadline_set(&list, &d[2]); /* now after 3 */
	assert_true(deadline_is_set(&d[2]));
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_string_equal(fired, "0320");
	/* A list that was empty works again. */
	n_fired = 3;
	memset(fired, 0, sizeof(fired));
	deadline_set(&list, &d[1]);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(fired[3], '1');
	uv_close((uv_handle_t *)&list.timer, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void each_gap_has_its_own_time(void **state)
{
	struct chunk *c = chunk_new(1);
	struct order o;
	int64_t index;
	struct chunk *next;

	(void)state;
	order_init(&o, 0);
	order_take(&o, 2, c, 100);
	order_take(&o, 4, c, 200);
	order_take(&o, 6, c, 150);
	assert_int_equal(order_gap_ms(&o), 100);
	order_take(&o, 1, c, 300);
	next = order_next(&o, &index);
	chunk_unref(&next);
	assert_true(order_has_gap(&o));
	assert_int_equal(order_gap_ms(&o), 150);
	order_skip(&o, 6);
	assert_false(order_has_gap(&o));
	/* The inbox says that there is more. */
	order_know(&o, 8, 400);
	order_know(&o, 9, 500);
	assert_int_equal(order_gap_ms(&o), 400);
	order_release(&o);
	chunk_unref(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_gap_has_its_own_time),
		cmocka_unit_test(in_order),
		cmocka_unit_test(hole_is_filled),
		cmocka_unit_test(hole_is_skipped),
		cmocka_unit_test(nothing_passes_while_resuming),
		cmocka_unit_test(holding_is_bounded),
		cmocka_unit_test(any_order),
		cmocka_unit_test(map_like_an_array),
		cmocka_unit_test(deadlines),
	};

	return cmocka_run_group_tests_name("live_order", tests, NULL, NULL);
}
