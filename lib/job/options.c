#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "job/job_private.h"

#define OWN_MAX      16
#define LINGER_MAX_S (24 * 3600)

enum {
	OPT_ONCE = 256,
	OPT_LINGER,
	OPT_DRY_RUN,
	OPT_PARTITION,
	OPT_HELP,
	OPT_OWN
};

static const struct option common[] = {
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "linger", required_argument, NULL, OPT_LINGER },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "partition", required_argument, NULL, OPT_PARTITION },
	{ "help", no_argument, NULL, OPT_HELP },
};
#define N_COMMON (sizeof(common) / sizeof(common[0]))

void options_usage(const struct job_def *def, int to_stdout)
{
	fprintf(to_stdout ? stdout : stderr,
	    "usage: im-%s [options]\n"
	    "  %s\n"
	    "  --once            work until there is nothing left, then end "
	    "(default)\n"
	    "  --linger S        stay for S seconds and work when woken\n"
	    "  --dry-run         change nothing, say what would be done\n"
	    "  --partition K/N   only the K'th of N shares of the work\n"
	    "  -v                log more\n"
	    "  -c FILE           settings file\n"
	    "  -o section.key=value\n%s",
	    def->name, def->summary, def->usage ? def->usage : "");
}

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

static bool parse_own(struct job *j, const char *name, const char *value)
{
	if (j->def->option(j, name, value))
		return true;
	fprintf(stderr, "im-%s: --%s %s: bad value\n", j->def->name, name,
	    value ? value : "");
	return false;
}

static bool take(struct job *j, int c, const struct option *list,
    struct job_options *o)
{
	switch (c) {
	case 'c':
		o->conf = optarg;
		return true;
	case 'o':
		if (o->n_overrides == JOB_OVERRIDES_MAX)
			return false;
		o->overrides[o->n_overrides++] = optarg;
		return true;
	case 'v':
		j->verbose = true;
		return true;
	case OPT_ONCE:
		o->linger_s = 0;
		return true;
	case OPT_LINGER:
		return str_to_int(str_of(optarg), &o->linger_s) &&
		       o->linger_s >= 0 && o->linger_s <= LINGER_MAX_S;
	case OPT_DRY_RUN:
		j->dry_run = true;
		return true;
	case OPT_PARTITION:
		return parse_share(optarg, o);
	case OPT_HELP:
		o->help = true;
		return true;
	default:
		if (c < OPT_OWN)
			return false;
		return parse_own(j, list[N_COMMON + (size_t)(c - OPT_OWN)].name,
		    optarg);
	}
}

int options_parse(struct job *j, int argc, char **argv, struct job_options *out)
{
	const struct job_option *own = j->def->options;
	struct option list[N_COMMON + OWN_MAX + 1];
	size_t n = N_COMMON;
	int c;

	*out = (struct job_options){ .share = 1, .n_shares = 1 };
	memset(list, 0, sizeof(list));
	memcpy(list, common, sizeof(common));
	for (; own && own->name; own++) {
		BUG_ON(n == N_COMMON + OWN_MAX);
		list[n] = (struct option){ own->name,
			own->has_value ? required_argument : no_argument, NULL,
			OPT_OWN + (int)(n - N_COMMON) };
		n++;
	}
	optind = 0; /* glibc: start afresh, for tests that parse twice */
	while ((c = getopt_long(argc, argv, "c:o:v", list, NULL)) != -1) {
		if (c == '?' || !take(j, c, list, out)) {
			options_usage(j->def, false);
			return -1;
		}
	}
	if (optind == argc)
		return 0;
	options_usage(j->def, false);
	return -1;
}
