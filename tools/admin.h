/*
 * admin: the operator's commands, as a table.
 *
 * The table gives the number of words and the options of each command, and
 * arguments are checked against it.  A single object is printed as name=value
 * lines, a list as a header and tab-separated lines; scripts can parse both.
 */
#ifndef TOOLS_ADMIN_H
#define TOOLS_ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/program.h"
#include "im/site/app.h"
#include "im/user/user.h"
#include "io/cache.h"
#include "io/db.h"

#define ADMIN_WORDS_MAX   4
#define ADMIN_OPTIONS_MAX 16

struct admin {
	const struct command_line *line;
	struct db *db;
	struct cache *cache;
	struct arena *arena;
	/* The command's words, and its options in the order given. */
	const char *words[ADMIN_WORDS_MAX];
	size_t n_words;
	struct {
		const char *name, *value;
	} options[ADMIN_OPTIONS_MAX];
	size_t n_options;
};

struct admin_command {
	const char *noun, *verb; /* verb "": the noun says it all */
	const char *usage;       /* words and options */
	size_t words_min, words_max;
	const char *options; /* "title= closed": blank separated */
	const char *text;
	int (*run)(struct admin *ad, struct error *err);
};

extern const struct admin_command admin_app_commands[];
extern const struct admin_command admin_change_commands[];
extern const struct admin_command admin_delete_commands[];
extern const struct admin_command admin_jobs_commands[];
extern const struct admin_command admin_jwt_key_commands[];
extern const struct admin_command admin_look_commands[];
extern const struct admin_command admin_user_commands[];
extern const struct admin_command admin_report_commands[];
extern const struct admin_command admin_export_commands[];
extern const struct admin_command admin_archive_commands[];
extern const struct admin_command admin_queue_commands[];
extern const struct admin_command admin_store_commands[];
extern const struct admin_command admin_trace_commands[];

/* The option's value ("" if it takes none); NULL if it was not given. */
const char *admin_option(const struct admin *ad, const char *name);
/* A numeric option; def if it was not given. */
int admin_number(const struct admin *ad, const char *name, int64_t min,
    int64_t max, int64_t def, int64_t *out, struct error *err);
int admin_id(const char *text, int64_t *out, struct error *err);

/* The app called `name`; -1 NOT_FOUND. */
int admin_app(struct admin *ad, const char *name, struct app *out,
    struct error *err);
/* The app and the user that words 0 and 1 name. */
int admin_user(struct admin *ad, struct app *app_out, struct user *out,
    struct error *err);

/* The operator, as the audit log names one. */
struct str admin_actor(const struct admin *ad);
/* Adds a line to the audit log. */
int admin_audit(struct admin *ad, int64_t app_id, const char *action,
    int64_t user_id, const char *detail, struct error *err);

/*
 * "2026-01-02T03:04:05.678Z", or "-" for 0.  Static memory, reused by the
 * fourth call after this one.
 */
const char *admin_time(int64_t ms);

#endif
