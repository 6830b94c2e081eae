/* health_sql: the statement of im/site/health. */
#ifndef IM_HEALTH_SQL_H
#define IM_HEALTH_SQL_H

#include "im/site/health.h"

/* Since when the oldest entry has been due for fan-out; 0: none is. */
int health_sql_fanout_since(struct db *db, struct arena *a,
    int64_t *since_ms_out, struct error *err);

#endif
