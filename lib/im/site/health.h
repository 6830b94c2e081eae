/*
 * health: the state of the stores and of the consumers of the log.
 */
#ifndef IM_HEALTH_H
#define IM_HEALTH_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const health_statements[];

/*
 * The age of the oldest entry that is not completely fanned out, or 0; one
 * round trip to the database.
 */
int health_fanout_lag(struct db *db, struct arena *a, int64_t *lag_ms_out,
    struct error *err);

/*
 * How far the search index may be behind: since when no im-search has followed
 * the logs, or how late the last one that has ended was, whatever is more.  -1:
 * none ever has.
 */
int health_search_lag(struct db *db, struct arena *a, int64_t *lag_ms_out,
    struct error *err);

#endif
