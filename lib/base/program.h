/*
 * program: how every program starts.
 *
 * Its main calls program_parse(), then program_load().  All programs have
 * the options -c FILE, -o section.key=value, -h or --help and --version;
 * their own are a table, and --help prints both.
 *
 * Wrong usage ends the program with exit 64 (EX_USAGE) and the usage on
 * standard error, wrong settings with 78 (EX_CONFIG).
 */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define PROGRAM_OVERRIDES_MAX 64
#define PROGRAM_OPTIONS_MAX   24
#define PROGRAM_ANY           (-1)

/* One of a program's own.  A letter that is also a common option replaces
 * that. */
struct program_option {
	const char *name;  /* "linger": --linger; one letter, "n": -n */
	const char *value; /* what --help calls its value; NULL: has none */
	const char *text;  /* for --help; '\n' begins another line */
};

struct program {
	const char *name;     /* as it is installed: "im-fanout" */
	const char *log_name; /* prog= in its log lines */
	const char *text;     /* what it does, for --help */
	/* Ended by a NULL name; NULL: none. */
	const struct program_option *options;
	/* Takes one of them; value NULL: it has none.  False: wrong usage. */
	bool (*take)(void *own, const char *name, const char *value);
	const char *operands; /* for --help; NULL: takes none */
	int operands_max;     /* PROGRAM_ANY: the first one ends the options */
	void (*more_help)(FILE *f);
};

struct command_line {
	const char *file; /* -c; NULL: not given */
	const char *overrides[PROGRAM_OVERRIDES_MAX];
	size_t n_overrides;
	char **operands; /* in argv, ended by NULL */
	int n_operands;
};

/* Opens the log, too.  own: for take().  Ends the program after --help,
 * --version and wrong usage. */
void program_parse(const struct program *p, int argc, char **argv, void *own,
    struct command_line *out);

/* For what only the program can tell: prints the usage, exit 64. */
_Noreturn void program_usage(const struct program *p);

/* The settings. */
void program_load(const struct command_line *line);
/* Takes [log] level into effect, for programs that have no option for it. */
void program_set_log_level(void);

#endif
