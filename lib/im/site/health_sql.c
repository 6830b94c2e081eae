#include "im/site/health_sql.h"

/* A thousand rows are representative. */
static const struct db_stmt oldest_due = {
	.name = "health.oldest_due",
	.sql = "SELECT COALESCE(MIN(since_ms), 0) FROM (SELECT since_ms "
	       "FROM log_dirty WHERE consumer = 1 AND parked_ms = 0 "
	       "LIMIT 1000) d",
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int health_sql_fanout_since(struct db *db, struct arena *a,
    int64_t *since_ms_out, struct error *err)
{
	struct db_id row = { 0 };

	if (db_row(db, &oldest_due, NULL, a, &row, err) < 0)
		return -1;
	*since_ms_out = row.id;
	return 0;
}

const struct db_stmt *const health_statements[] = { &oldest_due, NULL };
