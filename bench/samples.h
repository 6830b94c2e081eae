/*
 * samples: latencies in microseconds.  Those above the room of 4,000,000 are
 * counted and not kept.
 */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
	uint32_t *us;
	size_t n;
};

void samples_init(struct samples *s);
void samples_release(struct samples *s);
void samples_add(struct samples *s, int64_t us);
/* The value below which that share of them lies (0.5: the median); 0 if there
 * are none.  Sorts them. */
uint32_t samples_at(struct samples *s, double share);

#endif
