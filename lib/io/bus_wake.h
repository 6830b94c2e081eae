/*
 * bus_wake: wakes jobs that linger, so that work need not wait for the
 * schedule.  One-byte datagrams to <run.dir>/wake/<job>.wake; best effort.
 * With [bus] key, nodes at host:port get a sealed datagram (io/bus_seal.h), and
 * im-live wakes the jobs of its host.
 */
#ifndef IO_BUS_WAKE_H
#define IO_BUS_WAKE_H

#include <stdint.h>

#include "base/str.h"

void bus_wake(const char *job);
/* Only those of this host.  A name with other characters than a-z and - is
 * ignored. */
void bus_wake_here(struct str job);
/* For the job: a bound socket, or -1 (logged). */
int bus_wake_open(const char *job);
/* Waits for a wake-up and consumes all that are queued: 1 woken, 0 timed out or
 * interrupted by a signal. */
int bus_wake_wait(int fd, int64_t timeout_ms);

#endif
