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

static const struct db_stmt lease = {
	.name = "health.search_lease",
	.sql = "SELECT COALESCE(MAX(expires_ms), 0) FROM lease "
	       "WHERE name >= 'search.' AND name < 'search/'",
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_field run_out[] = {
	DB_I64(struct health_search, ended_ms),
	DB_I64(struct health_search, lag_ms),
	DB_END,
};

static const struct db_stmt run = {
	.name = "health.search_run",
	.sql = "SELECT ended_ms, lag_ms FROM job_run "
	       "WHERE job = 'search' AND exit_code = 0 "
	       "ORDER BY started_ms DESC LIMIT 1",
	.out = run_out,
	.out_size = sizeof(struct health_search),
};

int health_sql_search(struct db *db, struct arena *a, struct health_search *out,
    struct error *err)
{
	struct db_id until = { 0 };

	*out = (struct health_search){ 0 };
	if (db_row(db, &run, NULL, a, out, err) < 0 ||
	    db_row(db, &lease, NULL, a, &until, err) < 0)
		return -1;
	out->lease_ms = until.id;
	return 0;
}

const struct db_stmt *const health_statements[] = { &oldest_due, &lease, &run,
	NULL };
