/*
 * admin: the operator's commands, as a table.
 *
 * A command gets its arguments checked against its own usage: as many words
 * as it names, and the options that it knows.  Output for one thing is
 * name=value lines, for many a header and tab-separated lines; both are made
 * to be read by scripts as well.
 */
#ifndef TOOLS_ADMIN_H
#define TOOLS_ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/site/app.h"
#include "im/user/user.h"
#include "io/bus.h"
#include "io/cache.h"
#include "io/db.h"

#define ADMIN_WORDS_MAX   4
#define ADMIN_OPTIONS_MAX 16

struct admin {
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
	const char *noun, *verb;
	const char *usage; /* words and options */
	size_t words_min, words_max;
	const char *options; /* "title= closed": blank separated */
	const char *text;
	int (*run)(struct admin *ad, struct error *err);
};

extern const struct admin_command admin_app_commands[];
extern const struct admin_command admin_user_commands[];
extern const struct admin_command admin_store_commands[];

/* The option's value ("" when it has none), NULL when it was not given. */
const char *admin_option(const struct admin *ad, const char *name);
/* A number; def when it was not given. */
int admin_number(const struct admin *ad, const char *name, int64_t min,
    int64_t max, int64_t def, int64_t *out, struct error *err);
int admin_id(const char *text, int64_t *out, struct error *err);

/* NOT_FOUND with a sentence. */
int admin_app(struct admin *ad, const char *name, struct app *out,
    struct error *err);
/* Words 0 and 1: app and username. */
int admin_user(struct admin *ad, struct app *app_out, struct user *out,
    struct error *err);

/* Who did what on whom, for good. */
int admin_audit(struct admin *ad, int64_t app_id, const char *action,
    int64_t user_id, const char *detail, struct error *err);

/* "2026-01-02T03:04:05.678Z", "-" for 0; good until the next but three. */
const char *admin_time(int64_t ms);

#endif
