/*
 * throttle: a job that is not to take all of a database works so many items a
 * second.
 */
#ifndef JOB_THROTTLE_H
#define JOB_THROTTLE_H

#include "base/err.h"
#include "job/job.h"

struct job_throttle {
	int64_t per_s; /* 0: unlimited */
	int64_t until_ms;
};

/*
 * After a step that took n items: waits for as long as they should have taken,
 * and holds the lease meanwhile; not beyond job_should_stop().
 */
int job_throttle(struct job *j, struct job_throttle *t, int64_t n,
    struct error *err);

#endif
