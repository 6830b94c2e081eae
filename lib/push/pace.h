/*
 * pace: how fast a line may send, when its provider has asked it to slow down.
 *
 * Each request to do so begins a pause and doubles the gap between two notices
 * that follow; each notice that is accepted shortens the gap, until there is
 * none.  Pure; times are monotonic.
 */
#ifndef PUSH_PACE_H
#define PUSH_PACE_H

#include <stddef.h>
#include <stdint.h>

#define PUSH_PAUSE_MIN_MS 1000
#define PUSH_GAP_MIN_MS   20
#define PUSH_GAP_MAX_MS   2000

/* Zeroed: as fast as it can. */
struct push_pace {
	int64_t gap_ms;
	int64_t next_ms;  /* not before, by the gap */
	int64_t pause_ms; /* not before, by the pause */
};

/* Returns the length of the pause: at_least_ms, or more. */
int64_t push_pace_slower(struct push_pace *p, int64_t at_least_ms,
    int64_t now_ms);
void push_pace_faster(struct push_pace *p);
/* One is sent now. */
void push_pace_sent(struct push_pace *p, int64_t now_ms);
/* ms until the next one may be sent. */
int64_t push_pace_wait_ms(const struct push_pace *p, int64_t now_ms);
int64_t push_pace_pause_ms(const struct push_pace *p, int64_t now_ms);
/* How many may wait and be under way: what a second takes, at most max. */
size_t push_pace_room(const struct push_pace *p, size_t max, int64_t now_ms);

#endif
