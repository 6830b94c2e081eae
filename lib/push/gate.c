#include "push/gate.h"

#define MINUTE_MS 60000

void push_gate_note(struct push_gate *g, bool asks, int64_t now_ms)
{
	int64_t minute = now_ms / MINUTE_MS;
	size_t at = (size_t)(minute % GATE_MINUTES);

	g->asks[g->next] = asks;
	g->next = (g->next + 1) % GATE_LAST;
	if (g->n < GATE_LAST)
		g->n++;
	if (g->minutes[at].minute != minute) {
		g->minutes[at].minute = minute;
		g->minutes[at].sends = g->minutes[at].asks = 0;
	}
	g->minutes[at].sends++;
	g->minutes[at].asks += asks;
}

static bool is_too_many(int64_t asks, int64_t sends)
{
	return asks >= GATE_ASKS && asks * GATE_SHARE >= sends;
}

static int64_t asks_of_last(const struct push_gate *g)
{
	int64_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += g->asks[i];
	return n;
}

bool push_gate_is_closed(const struct push_gate *g, int64_t now_ms)
{
	int64_t minute = now_ms / MINUTE_MS, sends = 0, asks = 0;

	for (size_t i = 0; i < GATE_MINUTES; i++)
		if (minute - g->minutes[i].minute < GATE_MINUTES) {
			sends += g->minutes[i].sends;
			asks += g->minutes[i].asks;
		}
	return is_too_many(asks, sends) ||
	       is_too_many(asks_of_last(g), (int64_t)g->n);
}

bool push_gate_has_proof(const struct push_gate *g, int64_t now_ms)
{
	return g->n >= GATE_PROOF &&
	       asks_of_last(g) * GATE_SHARE < (int64_t)g->n &&
	       !push_gate_is_closed(g, now_ms);
}
