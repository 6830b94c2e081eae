/*
 * circuit: how much is sent to a provider that fails.
 *
 * After CIRCUIT_FAILS failures in a row of one credential (no answer, or one
 * that says "later") nothing is sent for a while, which doubles each time, with
 * jitter; then one notice tries, and each one that is accepted allows twice as
 * many at a time.  So a provider that is back is not flooded with what has
 * waited.
 *
 * Times are monotonic.
 */
#ifndef PUSH_CIRCUIT_H
#define PUSH_CIRCUIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CIRCUIT_FAILS  5
#define CIRCUIT_MAX_MS 60000

struct push_circuit {
	int64_t first_ms; /* the first wait */
	int fails;        /* in a row */
	int64_t until_ms; /* nothing is sent before */
	size_t window;    /* how many at a time; 0: no bound */
	size_t busy;
};

/* How many more may be sent now, at most max. */
size_t push_circuit_room(const struct push_circuit *c, size_t max,
    int64_t now_ms);
/* How long nothing is sent; 0: it may be. */
int64_t push_circuit_wait_ms(const struct push_circuit *c, int64_t now_ms);
void push_circuit_begin(struct push_circuit *c);
/* is_ok: the provider has judged the notice, whatever it said. */
void push_circuit_end(struct push_circuit *c, bool is_ok, int64_t now_ms);

/* A wait that doubles with each attempt from 1 on, up to max_ms, from three to
 * five quarters of it. */
int64_t push_backoff_ms(int64_t first_ms, int64_t attempt, int64_t max_ms);

#endif
