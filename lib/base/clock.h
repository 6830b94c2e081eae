/*
 * clock: wall time in ms since 1970 UTC, of the host and of the site, and two
 * clocks of the host that never go
 * backwards: one that stops while the host is suspended, for time-outs, and one
 * that does not, for leases.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int64_t clock_now_ms(void);  /* CLOCK_REALTIME */
int64_t clock_mono_ms(void); /* CLOCK_MONOTONIC */
int64_t clock_mono_us(void);
int64_t clock_boot_ms(void); /* CLOCK_BOOTTIME: counts suspension */

/*
 * The clock of the site, ms since 1970 UTC: that of the database.  What hosts
 * store or compare is of this clock, since that of a host may be minutes away.
 * A process remembers how far CLOCK_BOOTTIME is from it; until it has learnt
 * that, it is the clock of the host.  Shared by threads.
 */
int64_t clock_site_ms(void);
bool clock_site_is_known(void);
/*
 * asked_ms: clock_boot_ms() when the question was sent whose answer is site_ms.
 * The error is at most the time that the answer took.
 */
void clock_site_learn(int64_t site_ms, int64_t asked_ms);

/* Sleeps; returns early when a signal arrives. */
void clock_sleep_ms(int64_t ms);

#define CLOCK_ISO_LEN 25
/* RFC 3339 in UTC with ms, "2026-01-02T03:04:05.678Z". */
char *clock_iso(char dst[CLOCK_ISO_LEN], int64_t ms);

#endif
