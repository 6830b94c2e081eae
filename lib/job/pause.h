/*
 * pause: jobs that an operator has told to rest.
 *
 * A row says so for all hosts.  A job looks before it begins, and at most every
 * PAUSE_LOOK_MS while it works or waits for work; then it finishes its batch
 * and ends with exit status 0.
 */
#ifndef JOB_PAUSE_H
#define JOB_PAUSE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

#define PAUSE_LOOK_MS    500
#define PAUSE_REASON_MAX 255

/* Of jobs; the tool that pauses them needs more. */
extern const struct db_stmt *const pause_statements[];

struct job_pause {
	struct str job;
	int64_t paused_ms;
	struct str paused_by, reason;
};

/* 1 paused, 0 not. */
int pause_find(struct db *db, struct arena *a, struct str job,
    struct job_pause *out, struct error *err);
/* 1 done; 0 it was paused before, or was not: nothing is changed. */
int pause_set(struct db *db, const struct job_pause *p, struct error *err);
int pause_end(struct db *db, struct str job, struct error *err);

#endif
