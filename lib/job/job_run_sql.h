/* job_run_sql: the statements of job/job_run. */
#ifndef JOB_JOB_RUN_SQL_H
#define JOB_JOB_RUN_SQL_H

#include "job/job_run.h"

int job_run_sql_insert(struct db *db, const struct job_run_row *row,
    struct error *err);
int job_run_sql_forget(struct db *db, int64_t before_id, int64_t limit,
    int64_t *n_out, struct error *err);

#endif
