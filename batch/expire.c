/* im-expire: removes what nobody sees any more. */
#include "expire.h"

#include "im/site/generation.h"
#include "im/site/server_key.h"

static const struct job_source *const sources[] = { &expire_messages, NULL };

static int step(struct job *j, struct error *err)
{
	return job_sources_step(j, sources, err);
}

static int start(struct job *j, struct error *err)
{
	if (db_check(j->db, generation_statements, err) < 0 ||
	    db_check(j->db, server_key_statements, err) < 0)
		return -1;
	return job_sources_start(j, sources, err);
}

static const struct job_def def = {
	.name = "expire",
	.program = "im-expire",
	.summary = "Removes what nobody sees any more.",
	.partitions = 1,
	.lease_s = 3,
	.step = step,
	.start = start,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
