/* How programs read their command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/program.h"
#include "base/version.h"
#include "child.h"

static char taken[128];

static bool take(void *own, const char *name, const char *value)
{
	size_t n = strlen(taken);

	assert_ptr_equal(own, taken);
	snprintf(taken + n, sizeof(taken) - n, "%s=%s;", name,
	    value ? value : "");
	return !value || strcmp(value, "bad") != 0;
}

static const struct program_option options[] = {
	{ "n", NULL, "A letter." },
	{ "size", "BYTES", "A word\nwith a second line." },
	{ NULL, NULL, NULL },
};

static struct program program = {
	.name = "im-test",
	.log_name = "test",
	.text = "Tests.",
	.options = options,
	.take = take,
};

static char words[256];
static struct command_line line;

static void parse(const char *arguments)
{
	static char *argv[32] = { "im-test" };
	int argc = 1;

	snprintf(words, sizeof(words), "%s", arguments);
	for (char *at = words, *word; (word = strsep(&at, " "));)
		if (*word)
			argv[argc++] = word;
	argv[argc] = NULL;
	taken[0] = '\0';
	program_parse(&program, argc, argv, taken, &line);
}

/* Redirects standard output to where child_run() reads. */
static void parse_in_child(void *arg)
{
	dup2(STDERR_FILENO, STDOUT_FILENO);
	parse(arg);
}

static int run(const char *arguments, char text_out[CHILD_TEXT_LEN])
{
	return child_run(parse_in_child, (void *)arguments, text_out);
}

static int set_up(void **state)
{
	(void)state;
	program.options = options;
	program.operands = NULL;
	program.operands_max = 0;
	return 0;
}

static void common_and_own(void **state)
{
	(void)state;
	parse("");
	assert_null(line.file);
	assert_int_equal(line.n_overrides, 0);
	assert_int_equal(line.n_operands, 0);
	assert_string_equal(taken, "");
	parse("-c file -n -o a.b=1 --size 7 -oa.c=2 --size=8");
	assert_string_equal(line.file, "file");
	assert_int_equal(line.n_overrides, 2);
	assert_string_equal(line.overrides[0], "a.b=1");
	assert_string_equal(line.overrides[1], "a.c=2");
	assert_string_equal(taken, "n=;size=7;size=8;");
}

static void operands(void **state)
{
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(run("word", text), 64);
	program.operands = "[FILE]";
	program.operands_max = 1;
	parse("word -n");
	assert_int_equal(line.n_operands, 1);
	assert_string_equal(line.operands[0], "word");
	assert_null(line.operands[1]);
	assert_string_equal(taken, "n=;");
	assert_int_equal(run("word word", text), 64);
	assert_non_null(strstr(text, "usage: im-test [option]... [FILE]\n"));
	/* The options after a command word are the command's. */
	program.operands_max = PROGRAM_ANY;
	parse("-n word --limit 5");
	assert_int_equal(line.n_operands, 3);
	assert_string_equal(line.operands[1], "--limit");
}

static void own_letter_instead_of_a_common_one(void **state)
{
	static const struct program_option check[] = {
		{ "c", NULL, "Checks." },
		{ NULL, NULL, NULL },
	};
	char text[CHILD_TEXT_LEN];

	(void)state;
	program.options = check;
	parse("-c -o a.b=1");
	assert_string_equal(taken, "c=;");
	assert_null(line.file);
	assert_int_equal(line.n_overrides, 1);
	assert_int_equal(run("--help", text), 0);
	assert_null(strstr(text, "-c FILE"));
}

static void wrong_usage(void **state)
{
	static const char *const bad[] = { "-x", "--nonsense", "-c", "-o",
		"--size", "--size bad", "--help=1" };
	char text[CHILD_TEXT_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(run(bad[i], text), 64);
		assert_non_null(strstr(text, "usage: im-test [option]...\n"));
	}
	assert_int_equal(run("--size bad", text), 64);
	assert_non_null(strstr(text, "im-test: --size bad: bad value\n"));
}

static void help_and_version(void **state)
{
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(run("--version", text), 0);
	assert_string_equal(text, "im-test (imcloud) " IMCLOUD_VERSION "\n");
	assert_int_equal(run("-h", text), 0);
	assert_non_null(strstr(text, "usage: im-test [option]...\nTests.\n"));
	assert_non_null(strstr(text, "  -n                  A letter.\n"));
	assert_non_null(strstr(text,
	    "  --size BYTES        A word\n"
	    "                      with a second line.\n"));
	assert_non_null(strstr(text, "  -c FILE  "));
	assert_non_null(strstr(text, "  --version  "));
	assert_int_equal(run("--help", text), 0);
	assert_non_null(strstr(text, "usage: im-test "));
}

static void load_level(void *arg)
{
	line = (struct command_line){ .file = "/dev/null",
		.overrides = { arg },
		.n_overrides = 1 };
	program_load(&line);
	program_set_log_level();
}

static void settings(void **state)
{
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(load_level, "log.level=warn", text), 0);
	assert_int_equal(child_run(load_level, "log.level=loud", text), 78);
	assert_non_null(strstr(text, "log.level: neither debug, info, "));
	assert_int_equal(child_run(load_level, "log.levels=warn", text), 78);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(common_and_own, set_up),
		cmocka_unit_test_setup(operands, set_up),
		cmocka_unit_test_setup(own_letter_instead_of_a_common_one,
		    set_up),
		cmocka_unit_test_setup(wrong_usage, set_up),
		cmocka_unit_test_setup(help_and_version, set_up),
		cmocka_unit_test_setup(settings, set_up),
	};

	return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
