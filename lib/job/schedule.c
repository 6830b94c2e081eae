#include "job/schedule.h"

#include <stdio.h>

const struct job_schedule job_schedules[] = {
#define JOB(name, ...) { #name, __VA_ARGS__ },
#include "job/schedule.def"
#undef JOB
	{ .name = NULL },
};

static const int64_t periods_s[] = {
	[SCHEDULE_MINUTE] = 60,
	[SCHEDULE_HOURLY] = 3600,
	[SCHEDULE_DAILY] = 86400,
};

const struct job_schedule *schedule_find(struct str name)
{
	if (str_starts(name, "im-"))
		name = (struct str){ name.p + 3, name.len - 3 };
	for (const struct job_schedule *s = job_schedules; s->name; s++)
		if (str_is(name, s->name))
			return s;
	return NULL;
}

int64_t schedule_next_ms(const struct job_schedule *s, int64_t now_ms)
{
	int64_t period_ms = periods_s[s->every] * 1000;
	int64_t offset_ms = s->offset_s * 1000;

	return ((now_ms - offset_ms) / period_ms + 1) * period_ms + offset_ms;
}

void schedule_text(char dst[SCHEDULE_TEXT_LEN], const struct job_schedule *s)
{
	int hour = (int)(s->offset_s / 3600),
	    min = (int)(s->offset_s / 60 % 60);

	if (s->linger_s)
		snprintf(dst, SCHEDULE_TEXT_LEN, "always");
	else if (s->every == SCHEDULE_MINUTE)
		snprintf(dst, SCHEDULE_TEXT_LEN, "each minute");
	else if (s->every == SCHEDULE_HOURLY)
		snprintf(dst, SCHEDULE_TEXT_LEN, "hourly at %02d", min);
	else
		snprintf(dst, SCHEDULE_TEXT_LEN, "daily %02d:%02d UTC", hour,
		    min);
}
