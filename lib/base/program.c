#include "base/program.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/version.h"

#define OPTION_WIDTH 22 /* of the left column of --help */

enum { OPT_VERSION = 256, OPT_OWN };

static const struct program_option common[] = {
	{ "c", "FILE",
	    "read the settings from FILE; default:\n"
	    "$IMCLOUD_CONF, else /etc/imcloud/imcloud.conf" },
	{ "o", "section.key=value", "set one setting over the file" },
	{ "h", NULL, "print this; also --help" },
	{ "version", NULL, "print the version" },
	{ NULL, NULL, NULL },
};

static const struct program_option *find(const struct program_option *list,
    const char *name)
{
	for (; list && list->name; list++) {
		if (!strcmp(list->name, name))
			return list;
	}
	return NULL;
}

/* ---- --help ---- */

static void print_option(FILE *f, const struct program_option *o)
{
	struct str rest = str_of(o->text), line = str_cut(&rest, '\n');
	int len = fprintf(f, "  %s%s%s%s", o->name[1] ? "--" : "-", o->name,
	    o->value ? " " : "", o->value ? o->value : "");

	if (len >= OPTION_WIDTH) {
		fputc('\n', f);
		len = 0;
	}
	fprintf(f, "%*s%.*s\n", OPTION_WIDTH - len, "", STR_ARG(line));
	while (rest.p) {
		line = str_cut(&rest, '\n');
		fprintf(f, "%*s%.*s\n", OPTION_WIDTH, "", STR_ARG(line));
	}
}

static void print_usage(const struct program *p, FILE *f)
{
	fprintf(f, "usage: %s [option]...%s%s\n%s\n", p->name,
	    p->operands ? " " : "", p->operands ? p->operands : "", p->text);
	for (const struct program_option *o = p->options; o && o->name; o++)
		print_option(f, o);
	for (const struct program_option *o = common; o->name; o++) {
		if (!find(p->options, o->name))
			print_option(f, o);
	}
	if (p->more_help)
		p->more_help(f);
}

void program_usage(const struct program *p)
{
	print_usage(p, stderr);
	exit(EX_USAGE);
}

/* ---- the command line ---- */

/* The accepted options, as getopt_long() wants them. */
struct accepted {
	char letters[2 * PROGRAM_OPTIONS_MAX + 16];
	struct option longs[PROGRAM_OPTIONS_MAX + 3];
	size_t n_longs;
};

static void accept_letter(struct accepted *a, const struct program_option *o)
{
	size_t n = strlen(a->letters);

	snprintf(a->letters + n, sizeof(a->letters) - n, "%s%s", o->name,
	    o->value ? ":" : "");
}

static void accept_long(struct accepted *a, const char *name, bool has_value,
    int c)
{
	a->longs[a->n_longs++] = (struct option){ name,
		has_value ? required_argument : no_argument, NULL, c };
}

static void accept_all(struct accepted *a, const struct program *p)
{
	const struct program_option *o;

	*a = (struct accepted){ .n_longs = 0 };
	/* '+': the options after a command word are the command's. */
	if (p->operands_max == PROGRAM_ANY)
		a->letters[0] = '+';
	for (o = p->options; o && o->name; o++) {
		BUG_ON(o - p->options >= PROGRAM_OPTIONS_MAX);
		if (o->name[1])
			accept_long(a, o->name, o->value != NULL,
			    OPT_OWN + (int)(o - p->options));
		else
			accept_letter(a, o);
	}
	for (o = common; o->name; o++) {
		if (!o->name[1] && !find(p->options, o->name))
			accept_letter(a, o);
	}
	accept_long(a, "help", false, 'h');
	accept_long(a, "version", false, OPT_VERSION);
}

static const struct program_option *find_own(const struct program *p, int c)
{
	const char letter[] = { (char)c, '\0' };

	return c >= OPT_OWN ? &p->options[c - OPT_OWN]
			    : find(p->options, letter);
}

static void take_own(const struct program *p, const struct program_option *o,
    void *own)
{
	if (p->take(own, o->name, o->value ? optarg : NULL))
		return;
	if (o->value)
		fprintf(stderr, "%s: %s%s %s: bad value\n", p->name,
		    o->name[1] ? "--" : "-", o->name, optarg);
	program_usage(p);
}

static void take_common(const struct program *p, int c,
    struct command_line *line)
{
	switch (c) {
	case 'c':
		line->file = optarg;
		return;
	case 'o':
		if (line->n_overrides == PROGRAM_OVERRIDES_MAX)
			program_usage(p);
		line->overrides[line->n_overrides++] = optarg;
		return;
	case 'h':
		print_usage(p, stdout);
		break;
	case OPT_VERSION:
		printf("%s (imcloud) %s\n", p->name, IMCLOUD_VERSION);
		break;
	default:
		program_usage(p);
	}
	exit(fflush(stdout) ? EX_IOERR : EX_OK);
}

void program_parse(const struct program *p, int argc, char **argv, void *own,
    struct command_line *out)
{
	struct accepted accepted;
	int c;

	log_init(p->log_name, LOG_INFO);
	*out = (struct command_line){ .file = NULL };
	accept_all(&accepted, p);
	optind = 0; /* glibc: starts over, for tests that parse twice */
	while ((c = getopt_long(argc, argv, accepted.letters, accepted.longs,
		    NULL)) != -1) {
		const struct program_option *o = find_own(p, c);

		if (o)
			take_own(p, o, own);
		else
			take_common(p, c, out);
	}
	out->operands = argv + optind;
	out->n_operands = argc - optind;
	if (p->operands_max != PROGRAM_ANY && out->n_operands > p->operands_max)
		program_usage(p);
}

/* ---- settings ---- */

void program_load(const struct command_line *line)
{
	conf_load(line->file, line->overrides, line->n_overrides);
}

void program_set_log_level(void)
{
	static const struct {
		const char *word;
		enum log_level level;
	} levels[] = {
		{ "debug", LOG_DEBUG },
		{ "info", LOG_INFO },
		{ "warn", LOG_WARN },
		{ "error", LOG_ERROR },
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (!strcmp(conf.log.level, levels[i].word)) {
			log_set_level(levels[i].level);
			return;
		}
	}
	die(EX_CONFIG, "log.level: neither debug, info, warn nor error");
}
