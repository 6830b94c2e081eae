#include "im/site/health.h"

#include "base/clock.h"

static const struct db_field id_out[] = { DB_I64(struct db_id, id), DB_END };

/*
 * The first entry behind each cursor; since_ms will not do, as the row of a
 * conversation that is always busy never goes.  A thousand say enough.
 */
static const struct db_stmt oldest_entry = {
	.name = "health.oldest_entry",
	.sql = "SELECT COALESCE(MIN(e.sent_ms), 0) "
	       "FROM (SELECT conv_id FROM fanout_dirty LIMIT 1000) d "
	       "LEFT JOIN fanout_cursor c ON c.conv_id = d.conv_id "
	       "JOIN entry e ON e.conv_id = d.conv_id "
	       "AND e.conv_index = COALESCE(c.done_index, 0) + 1",
	.out = id_out,
	.out_size = sizeof(struct db_id),
};

int health_fanout_lag(struct db *db, struct arena *a, int64_t *lag_ms_out,
    struct error *err)
{
	struct db_id since = { 0 };
	int64_t now;

	if (db_row(db, &oldest_entry, NULL, a, &since, err) < 0)
		return -1;
	now = clock_now_ms();
	*lag_ms_out = since.id && since.id < now ? now - since.id : 0;
	return 0;
}

const struct db_stmt *const health_statements[] = { &oldest_entry, NULL };
