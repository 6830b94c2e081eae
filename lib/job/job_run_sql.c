#include "job/job_run_sql.h"

static const struct db_field insert_in[] = {
	DB_I64(struct job_run_row, run_id),
	DB_STR(struct job_run_row, job),
	DB_STR(struct job_run_row, host),
	DB_I64(struct job_run_row, started_ms),
	DB_I64(struct job_run_row, ended_ms),
	DB_I64(struct job_run_row, exit_code),
	DB_I64(struct job_run_row, result.done),
	DB_I64(struct job_run_row, result.retried),
	DB_I64(struct job_run_row, result.dead),
	DB_I64(struct job_run_row, result.failed),
	DB_I64(struct job_run_row, result.lag_ms),
	DB_END,
};
static const struct db_stmt insert = {
	.name = "job_run.insert",
	.sql = "INSERT INTO job_run (run_id, job, host, started_ms, "
	       "ended_ms, exit_code, done, retried, dead, failed, lag_ms) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = insert_in,
	.in_size = sizeof(struct job_run_row),
};

struct before {
	int64_t id, limit;
};

static const struct db_field before_in[] = {
	DB_I64(struct before, id),
	DB_I64(struct before, limit),
	DB_END,
};
/* Ids begin with the time. */
static const struct db_stmt forget = {
	.name = "job_run.forget",
	.sql = "DELETE FROM job_run WHERE run_id < ? ORDER BY run_id LIMIT ?",
	.in = before_in,
	.in_size = sizeof(struct before),
};

int job_run_sql_insert(struct db *db, const struct job_run_row *row,
    struct error *err)
{
	return db_exec(db, &insert, row, NULL, err);
}

int job_run_sql_forget(struct db *db, int64_t before_id, int64_t limit,
    int64_t *n_out, struct error *err)
{
	struct before in = { before_id, limit };

	return db_exec(db, &forget, &in, n_out, err);
}

const struct db_stmt *const job_run_statements[] = { &insert, NULL };
const struct db_stmt *const job_run_aged_statements[] = { &forget, NULL };
