#include "job/source.h"

#include "base/log.h"
#include "io/db_clock.h"

int job_sources_start(struct job *j, struct error *err)
{
	const struct job_source *const *sources = j->def->sources;

	for (size_t i = 0; sources[i]; i++)
		for (size_t k = 0; sources[i]->statements[k]; k++)
			if (db_check(j->db, sources[i]->statements[k], err) < 0)
				return -1;
	return 0;
}

/* One batch of each source, so that none waits for another's backlog. */
int job_sources_step(struct job *j, struct error *err)
{
	const struct job_source *const *sources = j->def->sources;
	bool more = false;

	for (size_t i = 0; sources[i]; i++) {
		size_t n;

		if (sources[i]->work(j, &n, err) < 0)
			return -1;
		if (j->dry_run)
			log_info("job_would", "job=%s source=%s due=%zu%s",
			    j->def->name, sources[i]->name, n,
			    n == JOB_SOURCE_BATCH ? " more=1" : "");
		/* It may have stopped in the middle. */
		more |= n == JOB_SOURCE_BATCH || (n && job_should_stop(j));
	}
	return more && !j->dry_run;
}

void job_source_late(struct job *j, int64_t due_ms)
{
	int64_t late_ms = db_clock_ms(j->db) - due_ms;

	if (late_ms > j->result.lag_ms)
		j->result.lag_ms = late_ms;
}
