/* im-demo: fills an installation with people and their chats. */
#include "demo.h"

#include <getopt.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "conf/tables.h"
#include "im/site/app.h"
#include "im/conv/append.h"
#include "im/site/node.h"
#include "im/user/password.h"
#include "im/user/user.h"

#define OVERRIDES_MAX 32

static int usage(void)
{
	fputs("usage: im-demo [-c FILE] [-o section.key=value] [--env FILE] "
	      "[--json FILE]\n"
	      "               [--password PASSWORD]\n"
	      "  --env FILE   writes the app's key and the password for "
	      "scripts\n"
	      "  --json FILE  writes the names for the log-in page\n"
	      "  --password   of all demo people (default: " DEMO_PASSWORD
	      "), of A-Za-z0-9._-\n",
	    stderr);
	return EX_USAGE;
}

static bool is_password(const char *s)
{
	struct str p = str_of(s);

	return p.len >= PASSWORD_MIN && p.len <= PASSWORD_MAX &&
	       str_is_alnum_or(p, "._-");
}

static int parse(int argc, char **argv, struct demo_options *o)
{
	static const struct option longs[] = {
		{ "env", required_argument, NULL, 'e' },
		{ "json", required_argument, NULL, 'j' },
		{ "password", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*o = (struct demo_options){ .password = DEMO_PASSWORD };
	while ((c = getopt_long(argc, argv, "c:o:", longs, NULL)) != -1) {
		if (c == 'c')
			o->conf = optarg;
		else if (c == 'e')
			o->env = optarg;
		else if (c == 'j')
			o->json = optarg;
		else if (c == 'p' && is_password(optarg))
			o->password = optarg;
		else if (c == 'o' && o->n_overrides < OVERRIDES_MAX)
			o->overrides[o->n_overrides++] = optarg;
		else
			return -1;
	}
	return optind == argc ? 0 : -1;
}

static int check(struct db *db, struct error *err)
{
	const struct db_stmt *const *const lists[] = {
		demo_statements,
		app_statements,
		user_statements,
		append_statements,
		node_statements,
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (db_check(db, lists[i], err) < 0)
			return -1;
	return 0;
}

static int run(struct demo *d)
{
	int64_t began_ms = clock_mono_ms();
	struct error err;

	if (check(d->db, &err) < 0 || demo_people_seed(d, &err) < 0 ||
	    demo_convs_seed(d, &err) < 0 || demo_files(d, &err) < 0) {
		fprintf(stderr, "im-demo: %s\n", err.detail);
		return err_info(err.code)->exit_code;
	}
	if (d->is_complete)
		return 0;
	printf("demo: %zu people, %zu chats, %zu messages in %.1f s\n",
	    demo_n_people, demo_n_convs, d->n_messages,
	    (double)(clock_mono_ms() - began_ms) / 1000);
	if (d->n_refused > 0)
		fprintf(stderr,
		    "im-demo: %zu messages were refused: people "
		    "have left or changed things\n",
		    d->n_refused);
	return 0;
}

int main(int argc, char **argv)
{
	static struct demo_options options;
	struct arena arena;
	struct demo d = { .arena = &arena, .options = &options };
	int rc;

	log_init("demo", LOG_INFO);
	crypto_init();
	if (parse(argc, argv, &options) < 0)
		return usage();
	conf_register_all();
	conf_load(options.conf, options.overrides, options.n_overrides);
	arena_init(&arena);
	d.db = db_new("demo");
	d.cache = cache_new();
	rc = run(&d);
	node_release(d.db);
	cache_free(&d.cache);
	db_free(&d.db);
	arena_release(&arena);
	return rc;
}
