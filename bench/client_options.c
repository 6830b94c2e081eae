#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/err.h"

static int number(const char *s, int max)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*end != '\0' || n < 1 || n > max)
		die(EX_USAGE, "%s: 1 to %d", s, max);
	return (int)n;
}

static bool take(struct options *o, int c, const char *value)
{
	if (c == 'A')
		o->acks = true;
	else if (c == 'a')
		o->app = value;
	else if (c == 'f')
		o->people_file = value;
	else if (c == 'm')
		o->messages = number(value, INT32_MAX);
	else if (c == 'n')
		o->connections = number(value, 100000);
	else if (c == 'p')
		o->root = number(value, INT32_MAX);
	else if (c == 'r')
		o->rate = number(value, 1000000);
	else if (c == 't')
		o->seconds = number(value, 3600);
	else if (c == 'w')
		o->window = number(value, 64);
	else
		return false;
	return true;
}

bool options_parse(struct options *o, int argc, char **argv)
{
	const char *url = NULL, *live_url = NULL, *file = NULL;
	int c;

	*o = (struct options){ .app = "demo",
		.connections = 1,
		.messages = 10000,
		.window = 1,
		.seconds = 4 };
	while ((c = getopt(argc, argv, "Aa:c:f:l:m:n:p:r:t:u:w:")) != -1) {
		if (c == 'c')
			file = optarg;
		else if (c == 'l')
			live_url = optarg;
		else if (c == 'u')
			url = optarg;
		else if (!take(o, c, optarg))
			return false;
	}
	if (argc - optind != 1)
		return false;
	o->mode = argv[optind];
	o->has_url = url != NULL;
	o->counts_db = file != NULL;
	if (url) {
		target_parse(&o->target, url);
		target_parse(&o->live, live_url ? live_url : url);
	}
	if (file) {
		crypto_init();
		conf_load(file, NULL, 0);
	}
	return true;
}
