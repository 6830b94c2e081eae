/*
 * source: a job whose work comes from several lists of things with a time.
 *
 * The job asks each source in turn for what is due, and finishes it in small
 * transactions, each of which begins with job_fence_check() and removes the
 * thing together with its effect.  Whatever dies, and however many workers run,
 * each thing is finished once.
 */
#ifndef JOB_SOURCE_H
#define JOB_SOURCE_H

#include <stddef.h>

#include "base/err.h"
#include "io/db.h"
#include "job/job.h"

/* Of one source, finished in one step of the job. */
#define JOB_SOURCE_BATCH 100

struct job_source {
	const char *name; /* for the log */
	/* The lists of its statements, NULL-terminated. */
	const struct db_stmt *const *const *statements;
	/*
	 * Finishes at most JOB_SOURCE_BATCH that are due, the oldest first,
	 * until job_should_stop().  Raises j->result (done, lag_ms).  n_out:
	 * how many were found.  With j->dry_run it only finds them.
	 */
	int (*work)(struct job *j, size_t *n_out, struct error *err);
};

/* What job_main() does with those of job_def.sources. */
int job_sources_start(struct job *j, struct error *err);
int job_sources_step(struct job *j, struct error *err);

/* In work(): something was due at this time. */
void job_source_late(struct job *j, int64_t due_ms);

#endif
