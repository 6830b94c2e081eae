/*
 * schedule: when the jobs of etc/jobs.table run.
 *
 * Times are UTC, as those of the systemd timers; cron uses the host's time
 * zone.
 */
#ifndef JOB_SCHEDULE_H
#define JOB_SCHEDULE_H

#include <stdint.h>

#include "base/str.h"

enum schedule_every { SCHEDULE_MINUTE, SCHEDULE_HOURLY, SCHEDULE_DAILY };

struct job_schedule {
	const char *name; /* "fanout" */
	enum schedule_every every;
	int64_t offset_s; /* after the start of the hour, or of the day */
	int64_t linger_s; /* it always runs; 0: it does not linger */
};

/* Terminated by a NULL name. */
extern const struct job_schedule job_schedules[];

/* "fanout" or "im-fanout"; NULL: there is no such job. */
const struct job_schedule *schedule_find(struct str name);
/* The first run after now_ms. */
int64_t schedule_next_ms(const struct job_schedule *s, int64_t now_ms);
/* "daily 03:40 UTC"; "always" of one that lingers. */
#define SCHEDULE_TEXT_LEN 24
void schedule_text(char dst[SCHEDULE_TEXT_LEN], const struct job_schedule *s);

#endif
