#include "im/site/health.h"

#include "base/clock.h"

static const struct db_field id_out[] = { DB_I64(struct db_id, id), DB_END };

/* A thousand rows are representative. */
static const struct db_stmt oldest_due = {
	.name = "health.oldest_due",
	.sql = "SELECT COALESCE(MIN(since_ms), 0) FROM (SELECT since_ms "
	       "FROM log_dirty WHERE consumer = 1 LIMIT 1000) d",
	.out = id_out,
	.out_size = sizeof(struct db_id),
};

int health_fanout_lag(struct db *db, struct arena *a, int64_t *lag_ms_out,
    struct error *err)
{
	struct db_id since = { 0 };
	int64_t now;

	if (db_row(db, &oldest_due, NULL, a, &since, err) < 0)
		return -1;
	now = clock_now_ms();
	*lag_ms_out = since.id && since.id < now ? now - since.id : 0;
	return 0;
}

const struct db_stmt *const health_statements[] = { &oldest_due, NULL };
