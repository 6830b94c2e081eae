/* im-expire: removes what nobody sees any more. */
#include "expire.h"

static const struct job_source *const sources[] = { &expire_messages,
	&expire_rows, &expire_users, NULL };

static const struct job_def def = {
	.name = "expire",
	.program = "im-expire",
	.summary = "Removes what nobody sees any more.",
	.partitions = 1,
	.lease_s = 3,
	.sources = sources,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
