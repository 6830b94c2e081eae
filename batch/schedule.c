/* im-schedule: does what users have set a time for. */
#include "schedule.h"

#include "base/log.h"
#include "im/site/generation.h"
#include "im/site/server_key.h"

static const struct schedule_source *const sources[] = { &schedule_messages,
	&schedule_reminders, NULL };

/* One batch of each source, so that none waits for another's backlog. */
static int step(struct job *j, struct error *err)
{
	bool more = false;

	for (size_t i = 0; sources[i]; i++) {
		size_t n;

		if (sources[i]->work(j, &n, err) < 0)
			return -1;
		if (j->dry_run)
			log_info("schedule_would", "source=%s due=%zu%s",
			    sources[i]->name, n,
			    n == SCHEDULE_BATCH ? " more=1" : "");
		more |= n == SCHEDULE_BATCH;
	}
	return more && !j->dry_run;
}

static int start(struct job *j, struct error *err)
{
	if (db_check(j->db, generation_statements, err) < 0 ||
	    db_check(j->db, server_key_statements, err) < 0)
		return -1;
	for (size_t i = 0; sources[i]; i++)
		for (size_t k = 0; sources[i]->statements[k]; k++)
			if (db_check(j->db, sources[i]->statements[k], err) < 0)
				return -1;
	return 0;
}

static const struct job_def def = {
	.name = "schedule",
	.program = "im-schedule",
	.summary = "Does what users have set a time for.",
	.partitions = 1,
	.lease_s = 3,
	.step = step,
	.start = start,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
