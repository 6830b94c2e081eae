/* im-conf: shows and checks the settings of all programs. */
#include <stdio.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/program.h"

/* Here -c means check, so the file is an operand. */
static const struct program_option options[] = {
	{ "d", NULL, "print the defaults, as a commented example file" },
	{ "n", NULL, "print what differs from the defaults" },
	{ "c", NULL,
	    "check FILE and what overrides it; print a line for\n"
	    "each fault" },
	{ NULL, NULL, NULL },
};

/* At most one of them. */
static bool take(void *own, const char *name, const char *value)
{
	char *mode = own;

	(void)value;
	if (*mode)
		return false;
	*mode = name[0];
	return true;
}

static int check(const struct command_line *line)
{
	struct buf faults;
	int n;

	buf_init(&faults);
	n = conf_check(line->file, line->overrides, line->n_overrides, &faults);
	fwrite(buf_view(&faults).p, 1, faults.len, stderr);
	buf_release(&faults);
	return n ? EX_CONFIG : EX_OK;
}

static int show(enum conf_print what)
{
	struct buf out;

	buf_init(&out);
	conf_print(what, &out);
	fwrite(buf_view(&out).p, 1, out.len, stdout);
	buf_release(&out);
	return fflush(stdout) ? EX_IOERR : EX_OK;
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.name = "im-conf",
		.log_name = "conf",
		.text = "Prints the current settings of all programs.",
		.options = options,
		.take = take,
		.operands = "[FILE]",
		.operands_max = 1,
	};
	struct command_line line;
	char mode = 0;

	program_parse(&program, argc, argv, &mode, &line);
	line.file = line.operands[0];
	if (line.n_overrides && mode == 'd')
		program_usage(&program);
	if (mode == 'c')
		return check(&line);
	if (mode == 'd')
		return show(CONF_PRINT_EXAMPLE);
	program_load(&line);
	return show(mode == 'n' ? CONF_PRINT_DIFFERENCES : CONF_PRINT_ALL);
}
