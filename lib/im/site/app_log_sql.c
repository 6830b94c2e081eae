#include "im/site/app_log_sql.h"

static const struct db_field event_in[] = {
	DB_I64(struct app_event, app_id),
	DB_I64(struct app_event, seq),
	DB_I64(struct app_event, kind),
	DB_I64(struct app_event, user_id),
	DB_I64(struct app_event, ref_id),
	DB_I64(struct app_event, arg),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "app_log.insert",
	.sql = "INSERT INTO app_log (app_id, seq, kind, user_id, ref_id, arg, "
	       "at_ms) VALUES (?, ?, ?, ?, ?, ?, " DB_NOW_MS ")",
	.in = event_in,
	.in_size = sizeof(struct app_event),
};

int app_log_sql_insert(struct db *db, const struct app_event *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &insert, rows, n, sizeof(*rows), NULL, err);
}

const struct db_stmt *const app_log_statements[] = { &insert, NULL };
