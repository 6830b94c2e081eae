/*
 * patience: how long a test waits for what must come.  Only a hang reaches
 * it: a machine whose cores are taken is slow, not wrong.
 */
#ifndef UNIT_PATIENCE_H
#define UNIT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define PATIENCE_MS 180000

/*
 * For loops that look again and again, each 10 ms: *until_ms is 0 before the
 * first look.  False when there is no sense in another one.
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
