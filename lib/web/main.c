#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "web/settings.h"
#include "web/transport.h"

#define OVERRIDES_MAX 64

struct options {
	const char *file;
	const char *overrides[OVERRIDES_MAX];
	size_t n_overrides;
	bool routes, help;
};

static void usage(const struct web_app *app, FILE *f)
{
	fprintf(f,
	    "usage: %s [-c FILE] [-o section.key=value]...\n"
	    "       %s --routes\n"
	    "  -c FILE   settings; default $IMCLOUD_CONF, then "
	    "/etc/imcloud/imcloud.conf\n"
	    "  -o ...    sets one setting over the file\n"
	    "  --routes  prints METHOD PATH NAME AUTH of every route\n"
	    "Serves FastCGI on descriptor 0 when that is a listening socket, "
	    "answers\none CGI request when GATEWAY_INTERFACE is set, and else "
	    "serves FastCGI on\n<run.dir>/%s.sock.\n",
	    app->name, app->name, app->name);
}

static int parse(int argc, char **argv, const struct web_app *app,
    struct options *o)
{
	static const struct option longs[] = {
		{ "routes", no_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool bad = false;
	int c;

	while ((c = getopt_long(argc, argv, "c:o:", longs, NULL)) != -1) {
		if (c == 'c')
			o->file = optarg;
		else if (c == 'o' && o->n_overrides < OVERRIDES_MAX)
			o->overrides[o->n_overrides++] = optarg;
		else if (c == 'r')
			o->routes = true;
		else if (c == 'h')
			o->help = true;
		else
			bad = true;
	}
	if (!bad && optind == argc)
		return 0;
	usage(app, stderr);
	return -1;
}

static int print_routes(const struct web_app *app)
{
	struct buf out;

	buf_init(&out);
	web_print_routes(app, &out);
	fwrite(buf_view(&out).p, 1, out.len, stdout);
	buf_release(&out);
	return fflush(stdout) ? EX_IOERR : EX_OK;
}

static int check(int (*before_serve)(struct error *err))
{
	struct error err;
	char quoted[256];

	err_clear(&err);
	if (!before_serve || before_serve(&err) == 0)
		return 0;
	log_error("start", "code=%s detail=%s", err_info(err.code)->code,
	    log_quote(quoted, sizeof(quoted), str_of(err.detail)));
	return -1;
}

int web_main(int argc, char **argv, const struct web_app *app,
    int (*before_serve)(struct error *err))
{
	bool cgi = getenv("GATEWAY_INTERFACE") && !web_fcgi_is_passed();
	struct options o = { .file = NULL };

	log_init(app->name, LOG_INFO);
	web_check_routes(app);
	if (parse(argc, argv, app, &o) < 0)
		return EX_USAGE;
	if (o.help) {
		usage(app, stdout);
		return EX_OK;
	}
	if (o.routes)
		return print_routes(app);
	crypto_init();
	conf_load(o.file, o.overrides, o.n_overrides);
	web_set_log_level();
	if (!cgi)
		web_fcgi_block_signals();
	if (*web_stat_dir)
		stat_open(web_stat_dir, app->name);
	if (check(before_serve) < 0)
		return EX_TEMPFAIL;
	return cgi ? web_cgi_serve(app) : web_fcgi_serve(app, argv);
}
