/* im-export: writes exports of people and conversations. */
#include "export.h"

#include "export_file.h"

static const struct job_source *const sources[] = { &export_files, NULL };

static int start(struct job *j, struct error *err)
{
	(void)err;
	if (!j->dry_run)
		export_file_tidy(j->arena);
	return 0;
}

static const struct job_def def = {
	.name = "export",
	.program = "im-export",
	.summary = "Writes exports of people and conversations.",
	.partitions = 1,
	.lease_s = 10,
	.start = start,
	.sources = sources,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
