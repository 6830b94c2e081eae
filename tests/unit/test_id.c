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

static int node_of(int64_t id)
{
	return (int)(id >> 12 & 1023);
}

static void carries_time_and_node(void **state)
{
	static const int nodes[] = { 0, 1, 511, ID_NODE_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		struct id_gen g;
		int64_t before = clock_now_ms(), id;

		id_gen_init(&g, nodes[i]);
		id = id_next(&g);
		assert_true(id > 0);
		assert_int_equal(node_of(id), nodes[i]);
		assert_true(id_time_ms(id) >= before);
		assert_true(id_time_ms(id) <= clock_now_ms());
	}
	assert_true(id_time_ms(0) == ID_EPOCH_MS);
	assert_true(
	    id_time_ms(INT64_MAX) == ID_EPOCH_MS + (INT64_C(1) << 41) - 1);
}

/* Far more than the counter of one ms holds. */
static void ascends(void **state)
{
	struct id_gen g;
	int64_t last = 0;

	(void)state;
	id_gen_init(&g, 7);
	for (int i = 0; i < 200000; i++) {
		int64_t id = id_next(&g);

		assert_true(id > last);
		assert_int_equal(node_of(id), 7);
		last = id;
	}
}

/*
 * The newest ms lies in the future: the clock was set back by an hour.
 * There every id counts on in the same ms, so this is also the case of more
 * than 4096 of them in one ms.
 */
static void clock_set_back(void **state)
{
	struct id_gen g;
	int64_t ahead = clock_now_ms() + 3600000, last, start;

	(void)state;
	id_gen_init(&g, 3);
	g.last_ms = ahead - ID_EPOCH_MS;
	last = id_next(&g);
	assert_true(id_time_ms(last) == ahead);
	start = clock_mono_ms();
	for (int i = 1; i < 4096 * 3; i++) {
		int64_t id = id_next(&g);

		assert_true(id > last);
		assert_int_equal(node_of(id), 3);
		last = id;
	}
	/* Three ms full to the brim; the first began with counter 1. */
	assert_true(id_time_ms(last) == ahead + 3);
	/* And nobody waited for the clock to catch up. */
	assert_true(clock_mono_ms() - start < 60000);
}

static void new_node_still_ascends(void **state)
{
	struct id_gen g;
	int64_t last;

	(void)state;
	id_gen_init(&g, ID_NODE_MAX);
	last = id_next(&g);
	for (int node = ID_NODE_MAX - 1; node >= 0; node -= 11) {
		int64_t id;

		id_gen_set_node(&g, node);
		id = id_next(&g);
		assert_true(id > last);
		assert_int_equal(node_of(id), node);
		last = id;
	}
	/* The same node again is no change. */
	id_gen_set_node(&g, g.node);
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

/* Threads share one generator, two generators have different nodes. */
static void unique(void **state)
{
	int64_t *ids = calloc(THREADS * EACH, sizeof(*ids));
	struct taker takers[THREADS];
	pthread_t t[THREADS];
	struct id_gen g[2];

	(void)state;
	assert_non_null(ids);
	id_gen_init(&g[0], 1);
	id_gen_init(&g[1], 2);
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

static void init_with(void *arg)
{
	struct id_gen g;

	id_gen_init(&g, *(int *)arg);
}

static void set_to(void *arg)
{
	struct id_gen g;

	id_gen_init(&g, 0);
	id_gen_set_node(&g, *(int *)arg);
}

static void past_2093(void *arg)
{
	struct id_gen g;

	(void)arg;
	id_gen_init(&g, 0);
	g.last_ms = INT64_C(1) << 41;
	id_next(&g);
}

static void bad_nodes_are_bugs(void **state)
{
	char text[CHILD_TEXT_LEN];
	int node = -1;

	(void)state;
	assert_int_equal(child_run(init_with, &node, text), 128 + 6);
	assert_int_equal(child_run(set_to, &node, text), 128 + 6);
	node = ID_NODE_MAX + 1;
	assert_int_equal(child_run(init_with, &node, text), 128 + 6);
	assert_int_equal(child_run(set_to, &node, text), 128 + 6);
	node = ID_NODE_MAX;
	assert_int_equal(child_run(init_with, &node, text), 0);
	assert_int_equal(child_run(set_to, &node, text), 0);
	assert_int_equal(child_run(past_2093, NULL, text), 128 + 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_time_and_node),
		cmocka_unit_test(ascends),
		cmocka_unit_test(clock_set_back),
		cmocka_unit_test(new_node_still_ascends),
		cmocka_unit_test(unique),
		cmocka_unit_test(bad_nodes_are_bugs),
	};

	return cmocka_run_group_tests_name("id", tests, NULL, NULL);
}
