/*
 * stat: counters and gauges, summed over the processes of a host.
 *
 * stat.def lists every counter.  A process maps the file
 * <stat.dir>/<prog>.<pid>, a header and an array of 64-bit counters, and adds
 * to it with relaxed atomics.  im-stat and /metrics sum the files of all
 * processes, including dead ones, so a restart loses no count.  stat_open()
 * folds the files of dead processes of the same program into <prog>.past, under
 * a lock.  Gauges count only while their process lives.  Before stat_open(),
 * counts are kept in private memory.
 */
#ifndef BASE_STAT_H
#define BASE_STAT_H

#include <stdint.h>

#include "base/buf.h"

enum stat_kind { STAT_COUNTER, STAT_GAUGE };

enum stat_id {
#define S(symbol, kind, name, help) STAT_##symbol,
#include "base/stat.def"
#undef S
	STAT_MAX
};

/*
 * Call once, after conf_load() and after any fork.  Without [stat] dir, counts
 * stay private.  -1 (logged) if the directory is unusable; counts then stay
 * private, too.
 */
int stat_open(const char *prog);
void stat_add(enum stat_id id, int64_t n);
void stat_set(enum stat_id id, int64_t n); /* of a gauge, in this process */
int64_t stat_get(enum stat_id id);         /* of this process */

/*
 * Appends the sums of all programs under [stat] dir in the Prometheus text
 * format 0.0.4, with the label `program`; without that directory, the values of
 * this process.
 */
int stat_render(struct buf *out);

#endif
