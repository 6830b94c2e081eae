/* im-erase: takes erased people out of the store. */
#include "erase.h"

static const struct job_source *const sources[] = { &erase_people, NULL };

static const struct job_def def = {
	.name = "erase",
	.program = "im-erase",
	.summary = "Takes erased people out of the store.",
	.partitions = 1,
	.lease_s = 3,
	.sources = sources,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
