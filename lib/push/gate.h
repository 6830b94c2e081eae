/*
 * gate: whether providers' words that tokens are dead are believed.
 *
 * A wrong credential, environment or URL makes a provider call every token
 * dead.  So each notice that was answered is noted, for one credential: when a
 * fifth of the last GATE_LAST, or of the last GATE_MINUTES, ask for deletion,
 * and at least GATE_ASKS of them, the gate is closed, and nothing is deleted.
 * An answer that a wrong credential gives as well (PUSH_DROP_GATED) is believed
 * only after GATE_PROOF notices of which few asked.
 *
 * Kept by a process; one that has just begun knows nothing, which costs at most
 * GATE_ASKS tokens, and none by an answer that may be of a wrong credential.
 */
#ifndef PUSH_GATE_H
#define PUSH_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GATE_LAST    200
#define GATE_MINUTES 10
#define GATE_SHARE   5
#define GATE_ASKS    5
#define GATE_PROOF   20

struct push_gate {
	bool asks[GATE_LAST]; /* a ring */
	size_t next, n;
	struct {
		int64_t minute;
		int64_t sends, asks;
	} minutes[GATE_MINUTES]; /* by minute */
};

void push_gate_note(struct push_gate *g, bool asks, int64_t now_ms);
bool push_gate_is_closed(const struct push_gate *g, int64_t now_ms);
/* It is open, and enough is known to believe a doubtful answer. */
bool push_gate_has_proof(const struct push_gate *g, int64_t now_ms);

#endif
