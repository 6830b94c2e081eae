/*
 * job_run: the record of the runs of jobs; im-expire removes old ones.
 */
#ifndef JOB_JOB_RUN_H
#define JOB_JOB_RUN_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "io/db.h"
#include "job/job.h"

extern const struct db_stmt *const job_run_statements[];
/* Of im-expire. */
extern const struct db_stmt *const job_run_aged_statements[];

struct job_run_row {
	int64_t run_id;
	struct str job, host;
	int64_t started_ms, ended_ms;
	int64_t exit_code;
	struct job_result result;
};

int job_run_add(struct db *db, const struct job_run_row *row,
    struct error *err);
/* Removes at most limit runs from before that time. */
int job_run_forget(struct db *db, int64_t before_ms, int64_t limit,
    int64_t *n_out, struct error *err);

#endif
