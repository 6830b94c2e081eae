#include "job/options.h"

#include <string.h>

#define LINGER_MAX_S (24 * 3600)
#define BUDGET_MAX_S (7 * 24 * 3600)

static const struct program_option skeleton[] = {
	{ "once", NULL,
	    "work until there is nothing left, then exit (default)" },
	{ "linger", "S", "stay for S seconds and work when woken" },
	{ "budget", "S", "end after S seconds of work, though work is left" },
	{ "dry-run", NULL, "change nothing, report what would be done" },
	{ "partition", "K/N", "only the K-th of N shares of the work" },
	{ "v", NULL, "log more" },
};
#define N_SKELETON (sizeof(skeleton) / sizeof(skeleton[0]))

/* The argument of take(). */
struct parsing {
	struct job *job;
	struct job_options *out;
};

/* "K/N", 1 <= K <= N. */
static bool parse_share(const char *text, struct job_options *o)
{
	struct str n = str_of(text), k = str_cut(&n, '/');
	int64_t share, of;

	if (!str_to_int(k, &share) || !str_to_int(n, &of) || share < 1 ||
	    share > of || of > JOB_PARTITIONS_MAX)
		return false;
	o->share = (int)share;
	o->n_shares = (int)of;
	return true;
}

static bool take(void *own, const char *name, const char *value)
{
	const struct parsing *p = own;
	struct job_options *o = p->out;

	if (!strcmp(name, "once"))
		o->linger_s = 0;
	else if (!strcmp(name, "linger"))
		return str_to_int(str_of(value), &o->linger_s) &&
		       o->linger_s >= 0 && o->linger_s <= LINGER_MAX_S;
	else if (!strcmp(name, "budget"))
		return str_to_int(str_of(value), &o->budget_s) &&
		       o->budget_s >= 1 && o->budget_s <= BUDGET_MAX_S;
	else if (!strcmp(name, "dry-run"))
		p->job->dry_run = true;
	else if (!strcmp(name, "partition"))
		return parse_share(value, o);
	else if (!strcmp(name, "v"))
		p->job->verbose = true;
	else
		return p->job->def->option(p->job, name, value);
	return true;
}

void options_parse(struct job *j, int argc, char **argv,
    struct job_options *out)
{
	const struct program_option *own = j->def->options;
	struct program_option options[PROGRAM_OPTIONS_MAX + 1];
	const struct program program = {
		.name = j->def->program,
		.log_name = j->def->name,
		.text = j->def->summary,
		.options = options,
		.take = take,
	};
	struct parsing parsing = { j, out };
	size_t n = N_SKELETON;

	memcpy(options, skeleton, sizeof(skeleton));
	for (; own && own->name; own++) {
		BUG_ON(n == PROGRAM_OPTIONS_MAX);
		options[n++] = *own;
	}
	options[n] = (struct program_option){ .name = NULL };
	*out = (struct job_options){ .share = 1, .n_shares = 1 };
	program_parse(&program, argc, argv, &parsing, &out->line);
}
