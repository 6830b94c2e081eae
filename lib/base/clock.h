/*
 * clock: wall time in ms since 1970 UTC, and two clocks that never go
 * backwards: one that stops while the host is suspended, for time-outs, and one
 * that does not, for leases.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_now_ms(void);  /* CLOCK_REALTIME */
int64_t clock_mono_ms(void); /* CLOCK_MONOTONIC */
int64_t clock_mono_us(void);
int64_t clock_boot_ms(void); /* CLOCK_BOOTTIME: counts suspension */

/* Sleeps; returns early when a signal arrives. */
void clock_sleep_ms(int64_t ms);

#define CLOCK_ISO_LEN 25
/* RFC 3339 in UTC with ms, "2026-01-02T03:04:05.678Z". */
char *clock_iso(char dst[CLOCK_ISO_LEN], int64_t ms);

#endif
