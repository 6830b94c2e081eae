/*
 * stat: counters, cheap enough to be everywhere.
 *
 * stat.def lists every counter of imcloud once.  A process maps the file
 * <stat.dir>/<prog>.<pid>, a header and an array of 64-bit counters, and
 * adds to it with relaxed atomics.  im-stat and /metrics sum the files of
 * all processes, dead ones included, so that a restart loses no count; when
 * stat_open() finds files of dead processes of the same program it folds
 * them into <prog>.past under a lock.  A gauge ends with its process.
 * Without stat_open() counting is a no-op on private memory.
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
 * Once, in the process that counts (not before a fork), after conf_load().
 * Without [stat] dir counts stay private.  -1 (logged) when the directory is
 * unusable; counting goes on in private.
 */
int stat_open(const char *prog);
void stat_add(enum stat_id id, int64_t n);
void stat_set(enum stat_id id, int64_t n); /* gauges: this process's */
int64_t stat_get(enum stat_id id);         /* of this process */

/*
 * All programs under [stat] dir in Prometheus text format 0.0.4, label
 * `program`.  Without that directory: this process alone.
 */
int stat_render(struct buf *out);

#endif
