/*
 * counters: what a stack has used so far, as lines that bench/figures.awk
 * subtracts.
 *
 *   cpu WHEN SERVICE US        of its processes (proc.h)
 *   machine WHEN US BUSY_US    of all processors: other processes' share makes
 *                              a measurement less reliable
 *   self WHEN US               the generator's own share of that
 *   db WHEN COMMITS SYNCS BINLOG_BYTES
 *
 * SYNCS are the group commits of the binary log: commits that became durable
 * together count once.
 */
#ifndef BENCH_COUNTERS_H
#define BENCH_COUNTERS_H

#include "client.h"

/*
 * "begin", when everything is prepared and connected.  Prints nothing without
 * options.root, and no db line without counts_db.
 */
void counters_begin(const struct options *o);
/* "end": by a measurement that leaves no work behind, or by "sends counters"
 * when fan-out is done. */
void counters_end(const struct options *o);
/* Only self, when a measurement has ended, unless that was printed. */
void counters_self_end(void);

#endif
