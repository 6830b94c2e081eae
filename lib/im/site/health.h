/*
 * health: how the stores and the consumers of the log are doing.
 */
#ifndef IM_HEALTH_H
#define IM_HEALTH_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const health_statements[];

/*
 * One round trip to the database: how old the oldest entry is that fan-out
 * has not brought to its end, 0 when there is none.
 */
int health_fanout_lag(struct db *db, struct arena *a, int64_t *lag_ms_out,
    struct error *err);

#endif
