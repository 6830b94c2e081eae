#include "job/job_run.h"

#include "job/job_run_sql.h"

#define KEPT_MS (INT64_C(30) * 24 * 3600 * 1000)

int job_run_add(struct db *db, const struct job_run_row *row, struct error *err)
{
	if (job_run_sql_insert(db, row, err) < 0)
		return -1;
	return job_run_sql_forget(db, row->job, row->started_ms - KEPT_MS, err);
}
