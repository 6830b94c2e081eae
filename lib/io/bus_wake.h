/*
 * bus_wake: wakes jobs that linger, so that work need not wait for the
 * schedule.  One-byte datagrams to <run.dir>/wake/<job>.wake; best effort.
 */
#ifndef IO_BUS_WAKE_H
#define IO_BUS_WAKE_H

#include <stdint.h>

void bus_wake(const char *job);
/* For the job: a bound socket, or -1 (logged). */
int bus_wake_open(const char *job);
/* Waits for a wake-up and consumes all that are queued: 1 woken, 0 timed out or
 * interrupted by a signal. */
int bus_wake_wait(int fd, int64_t timeout_ms);

#endif
