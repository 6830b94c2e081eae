/*
 * patience: how long a test waits for an event that must happen.  Only a hang
 * reaches the limit, not a machine that is merely busy.
 */
#ifndef UNIT_PATIENCE_H
#define UNIT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define PATIENCE_MS 180000

/*
 * For loops that poll every 10 ms: *until_ms is 0 before the first call.  False
 * when the time is up.
 */
static inline bool patient(int64_t *until_ms)
{
	if (!*until_ms)
		*until_ms = clock_mono_ms() + PATIENCE_MS;
	else
		clock_sleep_ms(10);
	return clock_mono_ms() < *until_ms;
}

#endif
