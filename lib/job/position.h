/*
 * position: where a job goes on that walks through a whole store.
 *
 * It is a column of the lease, so it moves only under the fence: a worker that
 * has lost the lease cannot set it back.
 */
#ifndef JOB_POSITION_H
#define JOB_POSITION_H

#include "base/err.h"
#include "base/str.h"
#include "job/job.h"

#define JOB_POSITION_MAX 64

extern const struct db_stmt *const job_position_statements[];

/* Of the lease that is held; in the arena.  Empty: at the beginning, which is
 * also where a --dry-run begins. */
int job_position_get(struct job *j, struct str *out, struct error *err);
/* In a transaction that begins with job_fence_check().  LEASE_LOST. */
int job_position_put(struct job *j, struct str position, struct error *err);

#endif
