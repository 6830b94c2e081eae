/*
 * program: the start of every program: options, settings, log.
 *
 * Its main calls program_parse(), then program_load().  All programs accept -c
 * FILE, -o section.key=value, -h or --help and --version; a table lists a
 * program's own options, and --help prints both.
 *
 * Wrong usage ends the program with exit 64 (EX_USAGE) and the usage on
 * standard error, invalid settings with 78 (EX_CONFIG).
 */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define PROGRAM_OVERRIDES_MAX 64
#define PROGRAM_OPTIONS_MAX   24
#define PROGRAM_ANY           (-1)

/* An option of the program.  It replaces a common option of the same letter. */
struct program_option {
	const char *name;  /* "linger": --linger; one letter, "n": -n */
	const char *value; /* name of its value in --help; NULL: no value */
	const char *text;  /* for --help; '\n' starts another line */
};

struct program {
	const char *name;     /* as it is installed: "im-fanout" */
	const char *log_name; /* prog= in its log lines */
	const char *text;     /* what it does, for --help */
	/* Terminated by a NULL name; may be NULL. */
	const struct program_option *options;
	/* Called for each of them; value may be NULL.  False: wrong usage. */
	bool (*take)(void *own, const char *name, const char *value);
	const char *operands; /* for --help; NULL: none */
	int operands_max;     /* PROGRAM_ANY: options end at the first one */
	void (*more_help)(FILE *f);
};

struct command_line {
	const char *file; /* -c; NULL: not given */
	const char *overrides[PROGRAM_OVERRIDES_MAX];
	size_t n_overrides;
	char **operands; /* in argv, NULL-terminated */
	int n_operands;
};

/* Also opens the log. own: passed to take().  Exits after --help, --version and
 * wrong usage. */
void program_parse(const struct program *p, int argc, char **argv, void *own,
    struct command_line *out);

/* For errors that only the program can detect: prints the usage, exit 64. */
_Noreturn void program_usage(const struct program *p);

/* Loads the settings. */
void program_load(const struct command_line *line);
/* Applies [log] level, for programs that have no option for it. */
void program_set_log_level(void);

#endif
