/* im-admin: the operator's tool. */
#include "admin.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/program.h"
#include "im/site/audit.h"
#include "im/site/node.h"
#include "io/db_account.h"

static const struct admin_command *const tables[] = { admin_app_commands,
	admin_change_commands, admin_delete_commands, admin_jwt_key_commands,
	admin_user_commands, admin_report_commands, admin_export_commands,
	admin_archive_commands, admin_look_commands, admin_jobs_commands,
	admin_queue_commands, admin_store_commands, admin_trace_commands,
	NULL };

static void print_command(FILE *to, const struct admin_command *c)
{
	fprintf(to, "  %s%s%s%s%s\n      %s\n", c->noun, *c->verb ? " " : "",
	    c->verb, *c->usage ? " " : "", c->usage, c->text);
}

static void print_commands(FILE *to)
{
	fputs("commands:\n", to);
	for (size_t i = 0; tables[i]; i++)
		for (const struct admin_command *c = tables[i]; c->noun; c++)
			print_command(to, c);
}

static const struct program program = {
	.name = "im-admin",
	.log_name = "admin",
	.text = "Administers an installation through its database.",
	.operands = "NOUN VERB [ARGUMENT]...",
	.operands_max = PROGRAM_ANY,
	.more_help = print_commands,
};

/* Prints the commands of a noun, or all commands if the noun is unknown. */
static int usage(const char *noun)
{
	bool any = false;

	for (size_t i = 0; noun && tables[i]; i++) {
		for (const struct admin_command *c = tables[i]; c->noun; c++) {
			if (strcmp(noun, c->noun) != 0)
				continue;
			if (!any)
				fputs("usage: im-admin [option]...\n", stderr);
			print_command(stderr, c);
			any = true;
		}
	}
	if (!any)
		program_usage(&program);
	return EX_USAGE;
}

static const struct admin_command *find(const char *noun, const char *verb)
{
	for (size_t i = 0; tables[i]; i++)
		for (const struct admin_command *c = tables[i]; c->noun; c++)
			if (!strcmp(noun, c->noun) && !strcmp(verb, c->verb))
				return c;
	return NULL;
}

/* 0 unknown, 1 without a value, 2 with one. */
static int option_kind(const struct admin_command *c, struct str name)
{
	struct str rest = str_of(c->options);

	while (rest.p && rest.len) {
		struct str one = str_cut(&rest, ' ');
		bool has_value = one.len && one.p[one.len - 1] == '=';

		one.len -= has_value;
		if (str_eq(one, name))
			return has_value ? 2 : 1;
	}
	return 0;
}

/* --name, --name VALUE, --name=VALUE. */
static int take_option(struct admin *ad, const struct admin_command *c,
    char **argv, int *at)
{
	struct str value = str_of(argv[*at] + 2), name = str_cut(&value, '=');
	int kind = option_kind(c, name);

	if (!kind || ad->n_options == ADMIN_OPTIONS_MAX ||
	    (kind == 1 && value.p))
		return -1;
	if (kind == 2 && !value.p) {
		if (!argv[*at + 1])
			return -1;
		value = str_of(argv[++*at]);
	}
	ad->options[ad->n_options].name = arena_str(ad->arena, name).p;
	ad->options[ad->n_options++].value = value.p ? value.p : "";
	return 0;
}

static int take_arguments(struct admin *ad, const struct admin_command *c,
    char **argv)
{
	for (int i = 0; argv[i]; i++) {
		if (!strncmp(argv[i], "--", 2)) {
			if (take_option(ad, c, argv, &i) < 0)
				return -1;
		} else if (ad->n_words == c->words_max) {
			return -1;
		} else {
			ad->words[ad->n_words++] = argv[i];
		}
	}
	return ad->n_words >= c->words_min ? 0 : -1;
}

/* ---- shared by the commands ---- */

const char *admin_option(const struct admin *ad, const char *name)
{
	for (size_t i = ad->n_options; i-- > 0;)
		if (!strcmp(ad->options[i].name, name))
			return ad->options[i].value;
	return NULL;
}

int admin_number(const struct admin *ad, const char *name, int64_t min,
    int64_t max, int64_t def, int64_t *out, struct error *err)
{
	const char *text = admin_option(ad, name);

	*out = def;
	if (text &&
	    (!str_to_int(str_of(text), out) || *out < min || *out > max))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "--%s must be a number from %" PRId64 " to %" PRId64, name,
		    min, max);
	return 0;
}

int admin_id(const char *text, int64_t *out, struct error *err)
{
	if (!str_to_id(str_of(text), out))
		return err_set(err, ERR_INVALID_ARGUMENT, "%.40s is not an id",
		    text);
	return 0;
}

int admin_app(struct admin *ad, const char *name, struct app *out,
    struct error *err)
{
	int found = app_find_named(ad->db, ad->arena, str_of(name), out, err);

	if (!found)
		return err_set(err, ERR_NOT_FOUND, "there is no app %.64s",
		    name);
	return found < 0 ? -1 : 0;
}

int admin_user(struct admin *ad, struct app *app_out, struct user *out,
    struct error *err)
{
	int found;

	if (admin_app(ad, ad->words[0], app_out, err) < 0)
		return -1;
	found = user_find_named(ad->db, ad->arena, app_out->app_id,
	    str_of(ad->words[1]), out, err);
	if (!found)
		return err_set(err, ERR_NOT_FOUND,
		    "there is no user %.64s in the app %.64s", ad->words[1],
		    ad->words[0]);
	return found < 0 ? -1 : 0;
}

struct str admin_actor(const struct admin *ad)
{
	const struct passwd *who = getpwuid(getuid());

	return arena_printf(ad->arena, "im-admin:%.64s",
	    who ? who->pw_name : "?");
}

int admin_audit(struct admin *ad, int64_t app_id, const char *action,
    int64_t user_id, const char *detail, struct error *err)
{
	struct audit row = { .app_id = app_id,
		.actor = admin_actor(ad),
		.action = str_of(action),
		.user_id = user_id,
		.detail = str_of(detail) };

	return audit_add(ad->db, &row, err);
}

const char *admin_time(int64_t ms)
{
	static char ring[4][CLOCK_ISO_LEN];
	static unsigned at;

	return ms ? clock_iso(ring[at++ % 4], ms) : "-";
}

/* ---- running a command ---- */

static int run(const struct admin_command *c, struct admin *ad)
{
	struct error err = { .code = ERR_NONE };
	int rc;

	db_account_use(DB_TOOL);
	ad->db = db_new("admin");
	ad->cache = cache_new();
	rc = c->run(ad, &err);
	node_release(ad->db);
	cache_free(&ad->cache);
	db_free(&ad->db);
	if (rc < 0)
		fprintf(stderr, "im-admin: %s %s: %s\n", c->noun, c->verb,
		    err.detail);
	if (rc >= 0 && fflush(stdout))
		return EX_IOERR;
	return rc < 0 ? err_info(err.code)->exit_code : EX_OK;
}

/* Also how many words it takes: a noun with a verb, or a noun that is a command
 * itself. */
static const struct admin_command *find_words(char **words, int n, int *n_out)
{
	const struct admin_command *c = n < 2 ? NULL : find(words[0], words[1]);

	*n_out = c ? 2 : 1;
	return c || n == 0 ? c : find(words[0], "");
}

static int dispatch(const struct command_line *line)
{
	char **words = line->operands;
	const struct admin_command *c;
	struct arena arena;
	struct admin ad = { .arena = &arena, .line = line };
	int rc = EX_USAGE, n;

	c = find_words(words, line->n_operands, &n);
	if (!c)
		return usage(words[0]);
	arena_init(&arena);
	if (take_arguments(&ad, c, words + n) < 0) {
		fprintf(stderr, "usage: im-admin %s%s%s %s\n", c->noun,
		    *c->verb ? " " : "", c->verb, c->usage);
	} else {
		program_load(line);
		rc = run(c, &ad);
	}
	arena_release(&arena);
	return rc;
}

int main(int argc, char **argv)
{
	struct command_line line;

	program_parse(&program, argc, argv, NULL, &line);
	log_set_level(LOG_WARN);
	crypto_init();
	return dispatch(&line);
}
