/* The gate, the circuit and the pace of push. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "push/circuit.h"
#include "push/gate.h"
#include "push/device_pace.h"

#define MINUTE INT64_C(60000)
#define NOW    (INT64_C(1000000) * MINUTE)

static void note(struct push_gate *g, int n, bool asks, int64_t now)
{
	while (n-- > 0)
		push_gate_note(g, asks, now);
}

static void gate_of_few(void **state)
{
	struct push_gate g = { .n = 0 };

	(void)state;
	assert_false(push_gate_is_closed(&g, NOW));
	assert_false(push_gate_has_proof(&g, NOW));
	note(&g, GATE_ASKS - 1, true, NOW);
	assert_false(push_gate_is_closed(&g, NOW));
	note(&g, 1, true, NOW);
	assert_true(push_gate_is_closed(&g, NOW));
}

static void gate_of_the_last(void **state)
{
	struct push_gate g = { .n = 0 };

	(void)state;
	/* Long ago, so that the minutes say nothing. */
	note(&g, 161, false, NOW - 60 * MINUTE);
	note(&g, 39, true, NOW - 60 * MINUTE);
	assert_false(push_gate_is_closed(&g, NOW));
	assert_true(push_gate_has_proof(&g, NOW));
	note(&g, 1, true, NOW - 60 * MINUTE);
	assert_true(push_gate_is_closed(&g, NOW));
	assert_false(push_gate_has_proof(&g, NOW));
	note(&g, 200, false, NOW - 60 * MINUTE);
	assert_false(push_gate_is_closed(&g, NOW));
}

static void gate_of_minutes(void **state)
{
	struct push_gate g = { .n = 0 };

	(void)state;
	/* Of 1,000, 200 ask, none of the last 200. */
	note(&g, 200, true, NOW);
	note(&g, 800, false, NOW + 3 * MINUTE);
	assert_true(push_gate_is_closed(&g, NOW + 9 * MINUTE));
	assert_false(push_gate_is_closed(&g, NOW + 10 * MINUTE));
	note(&g, 1, false, NOW + 9 * MINUTE);
	assert_false(push_gate_is_closed(&g, NOW + 9 * MINUTE));
}

static void gate_needs_proof(void **state)
{
	struct push_gate g = { .n = 0 };

	(void)state;
	note(&g, GATE_PROOF - 1, false, NOW);
	assert_false(push_gate_has_proof(&g, NOW));
	note(&g, 1, false, NOW);
	assert_true(push_gate_has_proof(&g, NOW));
}

static void circuit_opens(void **state)
{
	struct push_circuit c = { .first_ms = 1000 };
	int64_t now = 0, wait_ms, before_ms = 0;

	(void)state;
	assert_int_equal(push_circuit_room(&c, 500, now), 500);
	for (int i = 0; i < CIRCUIT_FAILS - 1; i++) {
		push_circuit_begin(&c);
		push_circuit_end(&c, false, now);
		assert_int_equal(push_circuit_room(&c, 500, now), 500);
	}
	/* Each wait is about twice the one before, and then one tries. */
	for (int i = 0; i < 4; i++) {
		push_circuit_begin(&c);
		push_circuit_end(&c, false, now);
		wait_ms = push_circuit_wait_ms(&c, now);
		assert_in_range(wait_ms, 750 << i, 1250 << i);
		assert_true(wait_ms > before_ms);
		before_ms = wait_ms;
		assert_int_equal(push_circuit_room(&c, 500, now), 0);
		now += wait_ms;
		assert_int_equal(push_circuit_room(&c, 500, now), 1);
	}
	for (size_t window = 1; window <= 64; window *= 2) {
		push_circuit_begin(&c);
		if (window == 1)
			assert_int_equal(push_circuit_room(&c, 500, now), 0);
		push_circuit_end(&c, true, now);
		assert_int_equal(push_circuit_room(&c, 500, now), window * 2);
	}
}

static void circuit_forgets_failures(void **state)
{
	struct push_circuit c = { .first_ms = 1000 };

	(void)state;
	for (int i = 0; i < 100; i++) {
		push_circuit_begin(&c);
		push_circuit_end(&c, i % CIRCUIT_FAILS == 0, 0);
	}
	assert_int_equal(push_circuit_wait_ms(&c, 0), 0);
}

static void backoff(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_in_range(push_backoff_ms(1000, 1, 60000), 750, 1250);
		assert_in_range(push_backoff_ms(1000, 3, 60000), 3000, 5000);
		assert_in_range(push_backoff_ms(1000, 1000, 60000), 45000,
		    75000);
	}
}

static void paces(void **state)
{
	struct device_pace *p = calloc(1, sizeof(*p));

	(void)state;
	assert_non_null(p);
	p->per_minute = 3;
	for (uint64_t key = 2; key < 2000; key += 2)
		for (int i = 0; i < 3; i++)
			assert_int_equal(device_pace_take(p, key, MINUTE), 0);
	assert_int_equal(device_pace_take(p, 1998, MINUTE + 20000), 40000);
	assert_int_equal(device_pace_take(p, 1998, MINUTE + 59999), 1);
	assert_int_equal(device_pace_take(p, 1998, MINUTE * 2), 0);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gate_of_few),
		cmocka_unit_test(gate_of_the_last),
		cmocka_unit_test(gate_of_minutes),
		cmocka_unit_test(gate_needs_proof),
		cmocka_unit_test(circuit_opens),
		cmocka_unit_test(circuit_forgets_failures),
		cmocka_unit_test(backoff),
		cmocka_unit_test(paces),
	};

	crypto_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
