#include "job/job_run.h"

#include "base/id.h"
#include "job/job_run_sql.h"

int job_run_add(struct db *db, const struct job_run_row *row, struct error *err)
{
	return job_run_sql_insert(db, row, err);
}

int job_run_forget(struct db *db, int64_t before_ms, int64_t limit,
    int64_t *n_out, struct error *err)
{
	return job_run_sql_forget(db, id_first_at(before_ms), limit, n_out,
	    err);
}
