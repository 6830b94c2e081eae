/*
 * device_pace: how often a device is pushed to.
 *
 * Counts the notices of a minute for each of many devices, in a table of fixed
 * size: when it is full the oldest counts are forgotten, which lets too
 * many through, never too few.  Times are monotonic.
 */
#ifndef PUSH_DEVICE_PACE_H
#define PUSH_DEVICE_PACE_H

#include <stdint.h>

#define PACE_SLOTS 16384

struct device_pace {
	int64_t per_minute;
	struct {
		uint64_t key; /* 0: free */
		int64_t began_ms, n;
	} slots[PACE_SLOTS];
};

/* Counts one: 0; or ms until it may be, and nothing is counted. */
int64_t device_pace_take(struct device_pace *p, uint64_t key, int64_t now_ms);

#endif
