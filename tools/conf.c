/* im-conf: shows and checks the settings of all programs. */
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/tables.h"

#define OVERRIDES_MAX 32

static int usage(void)
{
	fputs("usage: im-conf [-d | -n | -c] [-o section.key=value] [FILE]\n"
	      "  -d  the defaults, as a commented example file\n"
	      "  -n  what differs from the defaults\n"
	      "  -c  check FILE and what stands over it; prints nothing\n"
	      "  without: every setting\n",
	    stderr);
	return EX_USAGE;
}

static int check(const char *file)
{
	char msg[512];

	if (conf_check(file, msg, sizeof(msg)) == 0)
		return 0;
	fprintf(stderr, "im-conf: %s\n", msg);
	return EX_CONFIG;
}

static int show(char mode, const char *file, const char *const *overrides,
    size_t n)
{
	struct buf out;

	buf_init(&out);
	if (mode != 'd')
		conf_load(file, overrides, n);
	if (mode == 'd')
		conf_print_defaults(&out);
	else if (mode == 'n')
		conf_print_differences(&out);
	else
		conf_print_all(&out);
	fwrite(buf_view(&out).p, 1, out.len, stdout);
	buf_release(&out);
	return fflush(stdout) ? EX_IOERR : 0;
}

int main(int argc, char **argv)
{
	const char *overrides[OVERRIDES_MAX], *file;
	size_t n = 0;
	char mode = 0;
	int c;

	log_init("conf", LOG_INFO);
	conf_register_all();
	while ((c = getopt(argc, argv, "cdno:")) != -1) {
		if (c == 'o' && n < OVERRIDES_MAX)
			overrides[n++] = optarg;
		else if (c == '?' || c == 'o' || mode)
			return usage();
		else
			mode = (char)c;
	}
	if (argc - optind > 1 || (n && (mode == 'c' || mode == 'd')))
		return usage();
	file = optind < argc ? argv[optind] : NULL;
	return mode == 'c' ? check(file) : show(mode, file, overrides, n);
}
