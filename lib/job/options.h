/*
 * options: the command line of a job: the options that all jobs share, and
 * those of its own (job_def.options).
 */
#ifndef JOB_OPTIONS_H
#define JOB_OPTIONS_H

#include <stdint.h>

#include "base/program.h"
#include "job/job.h"

struct job_options {
	struct command_line line;
	int64_t linger_s;
	int64_t budget_s;    /* 0: that of the job */
	int share, n_shares; /* --partition K/N */
};

/* Also sets j->dry_run and verbose; ends the program on wrong usage. */
void options_parse(struct job *j, int argc, char **argv,
    struct job_options *out);

#endif
