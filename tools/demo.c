/* im-demo: fills an installation with people and their chats. */
#include "demo.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/program.h"
#include "im/conv/append.h"
#include "im/site/app.h"
#include "im/site/app_key.h"
#include "im/site/generation.h"
#include "im/site/node.h"
#include "im/site/server_key.h"
#include "im/user/password.h"
#include "im/user/search.h"
#include "im/user/user.h"
#include "io/db_account.h"

static const struct program_option options[] = {
	{ "env", "FILE",
	    "write the keys of the apps and the password,\n"
	    "for scripts" },
	{ "json", "FILE", "write the names for the log-in page" },
	{ "password", "PASSWORD",
	    "of all demo people, of A-Za-z0-9._-;\n"
	    "default: " DEMO_PASSWORD },
	{ NULL, NULL, NULL },
};

static bool is_password(const char *s)
{
	struct str p = str_of(s);

	return p.len >= PASSWORD_MIN && p.len <= PASSWORD_MAX &&
	       str_is_alnum_or(p, "._-");
}

static bool take(void *own, const char *name, const char *value)
{
	struct demo_options *o = own;

	if (!strcmp(name, "env"))
		o->env = value;
	else if (!strcmp(name, "json"))
		o->json = value;
	else if (is_password(value))
		o->password = value;
	else
		return false;
	return true;
}

static int check(struct db *db, struct error *err)
{
	const struct db_stmt *const *const lists[] = {
		demo_statements,
		app_statements,
		app_key_statements,
		user_statements,
		search_statements,
		append_statements,
		node_statements,
		generation_statements,
		server_key_statements,
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
	static const struct program program = {
		.name = "im-demo",
		.log_name = "demo",
		.text = "Fills an installation with people and their chats.",
		.options = options,
		.take = take,
	};
	struct demo_options chosen = { .password = DEMO_PASSWORD };
	struct arena arena;
	struct demo d = { .arena = &arena, .options = &chosen };
	int rc;

	program_parse(&program, argc, argv, &chosen, &chosen.line);
	program_load(&chosen.line);
	crypto_init();
	arena_init(&arena);
	/* It writes what no tool of an operator may. */
	db_account_use(DB_MIGRATOR);
	d.db = db_new("demo");
	d.cache = cache_new();
	rc = run(&d);
	node_release(d.db);
	cache_free(&d.cache);
	db_free(&d.db);
	arena_release(&arena);
	return rc;
}
