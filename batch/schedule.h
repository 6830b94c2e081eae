/*
 * schedule: what im-schedule does at a time that somebody has set.
 *
 * A source is a list of things with a time.  The job asks each source in turn
 * for those that are due, and finishes them one by one: the effect, the event
 * and the removal of the thing are one transaction, which begins with the
 * job's fence.  Whatever dies, and however many workers run, each thing is
 * finished once.
 */
#ifndef BATCH_SCHEDULE_H
#define BATCH_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/db.h"
#include "job/job.h"

/* Of one source, finished in one step of the job. */
#define SCHEDULE_BATCH 100

struct schedule_source {
	const char *name; /* for the log */
	/* The lists of its statements, NULL-terminated. */
	const struct db_stmt *const *const *statements;
	/*
	 * Finishes at most SCHEDULE_BATCH that are due, the oldest first, until
	 * job_should_stop().  Raises j->result (done, lag_ms).  n_out: how many
	 * were found.  With j->dry_run it only finds them.
	 */
	int (*work)(struct job *j, size_t *n_out, struct error *err);
};

extern const struct schedule_source schedule_reminders, schedule_messages;

#endif
