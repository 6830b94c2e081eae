#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/program.h"
#include "base/stat.h"
#include "web/openapi.h"
#include "web/transport.h"

/* Prints what the table of routes says, instead of serving it. */
typedef void print_fn(const struct web_app *app, struct buf *out);

static bool take(void *own, const char *name, const char *value)
{
	print_fn **print = own;

	(void)value;
	*print = strcmp(name, "routes") ? web_print_openapi : web_print_routes;
	return true;
}

static const struct program_option options[] = {
	{ "routes", NULL, "print METHOD PATH NAME AUTH of every route" },
	{ "openapi", NULL, "print what the routes say in docs/openapi.yaml" },
	{ NULL, NULL, NULL },
};

static int print_table(const struct web_app *app, print_fn *print)
{
	struct buf out;

	buf_init(&out);
	print(app, &out);
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
	const struct program program = {
		.name = app->name,
		.log_name = app->name,
		.text = "Serves FastCGI on descriptor 0 when that is a "
			"listening socket, answers\none CGI request when "
			"GATEWAY_INTERFACE is set, and else serves FastCGI "
			"on\nweb/SERVICE.sock in the directory [run] dir.",
		.options = options,
		.take = take,
	};
	bool cgi = getenv("GATEWAY_INTERFACE") && !web_fcgi_is_passed();
	struct command_line line;
	print_fn *print = NULL;

	program_parse(&program, argc, argv, &print, &line);
	web_check_routes(app);
	if (print)
		return print_table(app, print);
	crypto_init();
	program_load(&line);
	program_set_log_level();
	if (!cgi)
		web_fcgi_block_signals();
	stat_open(app->name);
	if (check(before_serve) < 0)
		return EX_TEMPFAIL;
	return cgi ? web_cgi_serve(app) : web_fcgi_serve(app, argv);
}
