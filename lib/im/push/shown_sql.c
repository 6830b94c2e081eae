#include "im/push/shown_sql.h"

static const struct db_field look_in[] = {
	DB_I64(struct shown_look, due_ms),
	DB_I64(struct shown_look, at.user_id),
	DB_I64(struct shown_look, at.conv_id),
	DB_END,
};

static const struct db_stmt look = {
	.name = "shown.look",
	.sql = "UPDATE push_job SET due_ms = ? WHERE user_id = ? "
	       "AND conv_id = ? AND state = 3",
	.in = look_in,
	.in_size = sizeof(struct shown_look),
};

int shown_sql_look(struct db *db, const struct shown_look *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &look, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field look_at_in[] = {
	DB_I64(struct push_job, due_ms),
	DB_I64(struct push_job, user_id),
	DB_STR(struct push_job, device_id),
	DB_I64(struct push_job, conv_id),
	DB_I64(struct push_job, notice_id),
	DB_END,
};

static const struct db_stmt look_at = {
	.name = "shown.look_at",
	.sql = "UPDATE push_job SET due_ms = ? WHERE user_id = ? "
	       "AND device_id = ? AND conv_id = ? AND state = 3 "
	       "AND notice_id = ?",
	.in = look_at_in,
	.in_size = sizeof(struct push_job),
};

int shown_sql_look_at(struct db *db, const struct push_job *j,
    struct error *err)
{
	return db_exec(db, &look_at, j, NULL, err);
}

const struct db_stmt *const shown_statements[] = { &look, &look_at, NULL };
