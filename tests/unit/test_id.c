#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/id.h"
#include "child.h"

#define REGION 5
#define HOUR   INT64_C(3600000)

/* A generator with a practically unlimited span. */
static void start(struct id_gen *g, int region, int node)
{
	id_gen_init(g, region);
	id_gen_grant(g, node, 0, ID_LAST_MS);
}

static void carries_time_region_and_node(void **state)
{
	static const int parts[][2] = { { 0, 0 }, { 1, 1 }, { 16, 127 },
		{ ID_REGION_MAX, ID_NODE_MAX } };
	int64_t now;

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct id_gen g;
		int64_t before = clock_now_ms(), id;

		start(&g, parts[i][0], parts[i][1]);
		id = id_next(&g);
		assert_true(id > 0);
		assert_int_equal(id_region(id), parts[i][0]);
		assert_int_equal(id_node(id), parts[i][1]);
		assert_true(id_time_ms(id) >= before);
		assert_true(id_time_ms(id) <= clock_now_ms());
	}
	assert_true(id_time_ms(0) == ID_EPOCH_MS);
	assert_true(id_time_ms(INT64_MAX) == ID_LAST_MS);
	/* The bounds of what is older than a time. */
	now = clock_now_ms();
	assert_true(id_first_at(now) <= id_random());
	assert_true(id_time_ms(id_first_at(now)) == now);
	assert_true(id_time_ms(id_first_at(now) - 1) == now - 1);
	assert_true(id_first_at(0) == 0);
	assert_true(id_first_at(ID_LAST_MS + 1) == INT64_MAX);
}

/* Far more ids than fit into one ms. */
static void ascends(void **state)
{
	struct id_gen g;
	int64_t last = 0;

	(void)state;
	start(&g, REGION, 7);
	for (int i = 0; i < 200000; i++) {
		int64_t id = id_next(&g);

		assert_true(id > last);
		assert_int_equal(id_region(id), REGION);
		assert_int_equal(id_node(id), 7);
		last = id;
	}
}

/*
 * The newest ms is in the future: the clock was set back by an hour.  The ids
 * there continue in the same ms, so this also tests more than 512 in one ms.
 */
static void clock_set_back(void **state)
{
	struct id_gen g;
	int64_t ahead = clock_now_ms() + HOUR, last;

	(void)state;
	id_gen_init(&g, REGION);
	id_gen_grant(&g, 3, ahead - 1, ID_LAST_MS);
	last = id_next(&g);
	assert_true(id_time_ms(last) == ahead);
	for (int i = 1; i < 512 * 3; i++) {
		int64_t id = id_next(&g);

		assert_true(id > last);
		assert_int_equal(id_node(id), 3);
		last = id;
	}
	assert_true(id_time_ms(last) == ahead + 2);
	assert_true(id_gen_last_ms(&g) == ahead + 2);
	/* Nothing waited for the clock to catch up. */
	assert_true(clock_now_ms() < ahead);
}

/* Each id of the span is given once, and none outside of it. */
static void keeps_to_its_span(void **state)
{
	struct id_gen g;
	int64_t ahead = clock_now_ms() + HOUR, last = 0;

	(void)state;
	id_gen_init(&g, REGION);
	assert_true(id_next(&g) == 0);
	id_gen_grant(&g, 9, ahead, ahead + 2);
	for (int i = 0; i < 512 * 2; i++) {
		int64_t id = id_next(&g);

		assert_true(id > last);
		assert_true(id_time_ms(id) == ahead + 1 + i / 512);
		last = id;
	}
	assert_true(id_next(&g) == 0);
	assert_true(id_next(&g) == 0);
	/* A longer span continues where it ended. */
	id_gen_grant(&g, 9, 0, ahead + 3);
	assert_true(id_time_ms(id_next(&g)) == ahead + 3);
	/* A span before the clock gives no ids. */
	id_gen_init(&g, REGION);
	id_gen_grant(&g, 9, 0, clock_now_ms() - 1);
	assert_true(id_next(&g) == 0);
}

static void new_node_still_ascends(void **state)
{
	struct id_gen g;
	int64_t last;

	(void)state;
	start(&g, REGION, ID_NODE_MAX);
	last = id_next(&g);
	for (int node = ID_NODE_MAX - 1; node >= 0; node -= 11) {
		int64_t id;

		id_gen_grant(&g, node, 0, ID_LAST_MS);
		id = id_next(&g);
		assert_true(id > last);
		assert_int_equal(id_node(id), node);
		last = id;
	}
	/* Granting the same node again changes nothing. */
	id_gen_grant(&g, g.node, 0, ID_LAST_MS);
	assert_true(id_next(&g) > last);
}

#define THREADS 4
#define EACH    50000

struct taker {
	struct id_gen *g;
	int64_t *ids;
};

static void *take(void *arg)
{
	struct taker *t = arg;

	for (int i = 0; i < EACH; i++)
		t->ids[i] = id_next(t->g);
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Threads share one generator, two generators have different regions. */
static void unique(void **state)
{
	int64_t *ids = calloc(THREADS * EACH, sizeof(*ids));
	struct taker takers[THREADS];
	pthread_t t[THREADS];
	struct id_gen g[2];

	(void)state;
	assert_non_null(ids);
	/* The same node in two regions. */
	start(&g[0], 1, 77);
	start(&g[1], 2, 77);
	for (int i = 0; i < THREADS; i++) {
		takers[i] = (struct taker){ &g[i % 2], ids + i * EACH };
		assert_int_equal(pthread_create(&t[i], NULL, take, &takers[i]),
		    0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < THREADS; i++) {
		for (int j = 1; j < EACH; j++)
			assert_true(takers[i].ids[j] > takers[i].ids[j - 1]);
	}
	qsort(ids, THREADS * EACH, sizeof(*ids), by_value);
	for (int i = 1; i < THREADS * EACH; i++)
		assert_true(ids[i] != ids[i - 1]);
	free(ids);
}

static void random_ids_differ(void **state)
{
	int64_t before = clock_now_ms(), a = id_random(), b = id_random();

	(void)state;
	assert_true(a > 0 && a != b);
	assert_true(id_time_ms(a) >= before);
	assert_true(id_time_ms(a) <= clock_now_ms());
}

static void init_with(void *arg)
{
	struct id_gen g;

	id_gen_init(&g, *(int *)arg);
}

static void grant(void *arg)
{
	struct id_gen g;

	id_gen_init(&g, 0);
	id_gen_grant(&g, *(int *)arg, 0, ID_LAST_MS);
}

static void bad_numbers_are_bugs(void **state)
{
	char text[CHILD_TEXT_LEN];
	int number = -1;

	(void)state;
	assert_int_equal(child_run(init_with, &number, text), 128 + 6);
	assert_int_equal(child_run(grant, &number, text), 128 + 6);
	number = ID_REGION_MAX + 1;
	assert_int_equal(child_run(init_with, &number, text), 128 + 6);
	number = ID_NODE_MAX + 1;
	assert_int_equal(child_run(grant, &number, text), 128 + 6);
	number = ID_NODE_MAX;
	assert_int_equal(child_run(grant, &number, text), 0);
	number = ID_REGION_MAX;
	assert_int_equal(child_run(init_with, &number, text), 0);
}

/* The end of the 41 bits. */
static void ends_in_2093(void **state)
{
	struct id_gen g;

	(void)state;
	id_gen_init(&g, ID_REGION_MAX);
	id_gen_grant(&g, ID_NODE_MAX, ID_LAST_MS - 1, INT64_MAX);
	for (int i = 0; i < 511; i++)
		assert_true(id_next(&g) > 0);
	assert_true(id_next(&g) == INT64_MAX);
	assert_true(id_next(&g) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_time_region_and_node),
		cmocka_unit_test(ascends),
		cmocka_unit_test(clock_set_back),
		cmocka_unit_test(keeps_to_its_span),
		cmocka_unit_test(new_node_still_ascends),
		cmocka_unit_test(unique),
		cmocka_unit_test(random_ids_differ),
		cmocka_unit_test(bad_numbers_are_bugs),
		cmocka_unit_test(ends_in_2093),
	};

	return cmocka_run_group_tests_name("id", tests, NULL, NULL);
}
