/*
 * rate_local: counts of one process, shared by its threads.
 *
 * The floor of rates while memcached is away, when each process counts for
 * itself.  The table has a fixed size: where it is full, the lowest count of
 * those that share a place is forgotten, so a flood of names hides no name that
 * is counted often.
 */
#ifndef IM_RATE_LOCAL_H
#define IM_RATE_LOCAL_H

#include <stdint.h>

#include "base/str.h"

/*
 * Adds n to the count of key, which is forgotten after ttl_ms, and returns it;
 * n 0 only reads.
 */
int64_t rate_local_count(struct str key, int64_t n, int64_t ttl_ms);

#endif
