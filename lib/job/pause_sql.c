#include "job/pause_sql.h"

#define ROW struct job_pause
static const struct db_field row_out[] = {
	DB_STR(ROW, job),
	DB_I64(ROW, paused_ms),
	DB_STR(ROW, paused_by),
	DB_STR(ROW, reason),
	DB_END,
};
static const struct db_field row_in[] = {
	DB_STR(ROW, job),
	DB_STR(ROW, paused_by),
	DB_STR(ROW, reason),
	DB_END,
};

static const struct db_stmt find = {
	.name = "pause.find",
	.sql = "SELECT job, paused_ms, paused_by, reason FROM job_pause "
	       "WHERE job = ?",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = row_out,
	.out_size = sizeof(ROW),
};
static const struct db_stmt insert = {
	.name = "pause.insert",
	.sql = "INSERT IGNORE INTO job_pause (job, paused_by, reason, "
	       "paused_ms) VALUES (?, ?, ?, " DB_NOW_MS ")",
	.in = row_in,
	.in_size = sizeof(ROW),
};
static const struct db_stmt delete = {
	.name = "pause.delete",
	.sql = "DELETE FROM job_pause WHERE job = ?",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
};

int pause_sql_find(struct db *db, struct arena *a, struct str job,
    struct job_pause *out, struct error *err)
{
	struct db_text in = { job };

	return db_row(db, &find, &in, a, out, err);
}

int pause_sql_insert(struct db *db, const struct job_pause *p,
    int64_t *added_out, struct error *err)
{
	return db_exec(db, &insert, p, added_out, err);
}

int pause_sql_delete(struct db *db, struct str job, int64_t *removed_out,
    struct error *err)
{
	struct db_text in = { job };

	return db_exec(db, &delete, &in, removed_out, err);
}

const struct db_stmt *const pause_statements[] = { &find, NULL };
