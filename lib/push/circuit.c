#include "push/circuit.h"

#include "base/crypto.h"

#define WINDOW_MAX 4096 /* from then on there is no bound */

int64_t push_backoff_ms(int64_t first_ms, int64_t attempt, int64_t max_ms)
{
	int64_t ms = first_ms;

	while (--attempt > 0 && ms < max_ms)
		ms *= 2;
	if (ms > max_ms)
		ms = max_ms;
	return ms * 3 / 4 + crypto_uniform((uint32_t)(ms / 2 + 1));
}

int64_t push_circuit_wait_ms(const struct push_circuit *c, int64_t now_ms)
{
	return c->until_ms > now_ms ? c->until_ms - now_ms : 0;
}

size_t push_circuit_room(const struct push_circuit *c, size_t max,
    int64_t now_ms)
{
	size_t left;

	if (push_circuit_wait_ms(c, now_ms))
		return 0;
	if (!c->window)
		return max;
	left = c->busy < c->window ? c->window - c->busy : 0;
	return left < max ? left : max;
}

void push_circuit_begin(struct push_circuit *c)
{
	c->busy++;
}

void push_circuit_end(struct push_circuit *c, bool is_ok, int64_t now_ms)
{
	if (c->busy)
		c->busy--;
	if (is_ok) {
		c->fails = 0;
		c->until_ms = 0;
		c->window = c->window < WINDOW_MAX ? c->window * 2 : 0;
		return;
	}
	/* Those that were under way when it opened say nothing new. */
	if (push_circuit_wait_ms(c, now_ms))
		return;
	if (++c->fails < CIRCUIT_FAILS)
		return;
	c->window = 1;
	c->until_ms = now_ms +
		      push_backoff_ms(c->first_ms, c->fails - CIRCUIT_FAILS + 1,
			  CIRCUIT_MAX_MS);
}
