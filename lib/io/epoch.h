/*
 * epoch: tells the processes of a host that something has changed.
 *
 * The file <run.dir>/epoch/2 is an array of counters for each kind of change,
 * which processes map.  A name has one of each, by its hash, and may share it.
 * Whoever keeps copies in memory reads the counter of a name before looking the
 * copy up, and believes the copy only while the counter is the same.  Whoever
 * changes what is copied raises it, behind the commit and behind the
 * invalidation of what look-ups find (memcached).
 *
 * Guaranteed: once epoch_raise() has returned, no process of this [run] dir
 * believes a copy that was looked up before.  Not guaranteed: for processes of
 * other hosts, and if the program that raises may not write to the file.  It is
 * its owner's, the user of the services; root may write to it, too.  So a copy
 * needs a bound in time as well.
 *
 * A process that cannot map the file gets no epochs and has to do without
 * copies; it tries again every EPOCH_RETRY_MS.  A file that was removed,
 * replaced or cut short ends all epochs of before: each call looks.
 */
#ifndef IO_EPOCH_H
#define IO_EPOCH_H

#include <stdint.h>

#define EPOCH_COUNTERS 32768
#define EPOCH_RETRY_MS 1000

enum epoch_kind {
	EPOCH_COPY,    /* what is kept: see im/site/recent.h */
	EPOCH_REWRITE, /* texts that were sent: see conv_rewritten() */
	EPOCH_KINDS,
};

/* What the epoch of a name is now; 0: none.  Makes the file. */
uint64_t epoch_now(enum epoch_kind kind, uint64_t name);
/* Makes no file: where there is none, nobody has an epoch. */
void epoch_raise(enum epoch_kind kind, uint64_t name);

#endif
