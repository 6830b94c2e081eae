/* health_sql: the statements of im/site/health. */
#ifndef IM_HEALTH_SQL_H
#define IM_HEALTH_SQL_H

#include "im/site/health.h"

/* Since when the oldest entry has been due for fan-out; 0: none is. */
int health_sql_fanout_since(struct db *db, struct arena *a,
    int64_t *since_ms_out, struct error *err);

/* Of im-search: until when one has a lease, and when the last run that went
 * well ended, with the age of the oldest entry that it met; 0: none. */
struct health_search {
	int64_t lease_ms, ended_ms, lag_ms;
};
int health_sql_search(struct db *db, struct arena *a, struct health_search *out,
    struct error *err);

#endif
