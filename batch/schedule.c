/* im-schedule: does what users have set a time for. */
#include "schedule.h"

static const struct job_source *const sources[] = { &schedule_messages,
	&schedule_reminders, NULL };

static const struct job_def def = {
	.name = "schedule",
	.program = "im-schedule",
	.summary = "Does what users have set a time for.",
	.partitions = 1,
	.lease_s = 3,
	.sources = sources,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
