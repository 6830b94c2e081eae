/* Changing apps. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "io/db_clock.h"

#define OLD_SECRET_S_MAX (7 * 86400)

static int show(struct admin *ad, const char *name, struct error *err)
{
	struct app app;

	if (admin_app(ad, name, &app, err) < 0)
		return -1;
	printf("app_id=%" PRId64 "\nname=%.*s\ntitle=%.*s\nsign_up=%s\n"
	       "logins=%.*s\ndefault=%s\ncreated=%s\ndisabled=%s\n"
	       "origins=%.*s\nold_secret_until=%s\n",
	    app.app_id, STR_ARG(app.name), STR_ARG(app.title),
	    app.open_signup ? "open" : "closed",
	    STR_ARG(str_word(APP_LOGINS, app.login_policy + 1)),
	    app_is_default(&app) ? "yes" : "no", admin_time(app.created_ms),
	    admin_time(app.disabled_ms), STR_ARG(app.origins),
	    admin_time(app.old_secret_until_ms));
	return 0;
}

static int show_command(struct admin *ad, struct error *err)
{
	return show(ad, ad->words[0], err);
}

/* Writes it, with a line in the audit log, and shows it. */
static int put(struct admin *ad, const struct app *app, const char *action,
    const char *detail, struct error *err)
{
	if (app_update(ad->db, app, err) < 0 ||
	    admin_audit(ad, app->app_id, action, 0, detail, err) < 0)
		return -1;
	return show(ad, ad->words[0], err);
}

/* Which of two options is given: the first 1, the second 0, none def. */
static int choice(const struct admin *ad, const char *yes, const char *no,
    int64_t def, int64_t *out, struct error *err)
{
	bool is_yes = admin_option(ad, yes), is_no = admin_option(ad, no);

	if (is_yes && is_no)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "--%s and --%s exclude each other", yes, no);
	*out = is_yes || is_no ? is_yes : def;
	return 0;
}

static int update_command(struct admin *ad, struct error *err)
{
	const char *title = admin_option(ad, "title");
	struct app app;

	if (admin_app(ad, ad->words[0], &app, err) < 0 ||
	    choice(ad, "open", "closed", app.open_signup, &app.open_signup,
		err) < 0)
		return -1;
	if (title)
		app.title = str_of(title);
	if (app.title.len > APP_TITLE_MAX || !str_is_utf8(app.title))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a title has at most %d bytes of UTF-8", APP_TITLE_MAX);
	return put(ad, &app, "app.update", "", err);
}

static int set_disabled(struct admin *ad, bool is_disabled, struct error *err)
{
	struct app app;

	if (admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	if ((app.disabled_ms != 0) != is_disabled)
		app.disabled_ms = is_disabled ? db_clock_ms(ad->db) : 0;
	return put(ad, &app, is_disabled ? "app.disable" : "app.enable", "",
	    err);
}

static int disable_command(struct admin *ad, struct error *err)
{
	return set_disabled(ad, true, err);
}

static int enable_command(struct admin *ad, struct error *err)
{
	return set_disabled(ad, false, err);
}

/* ---- origins ---- */

/* The origins without this one. */
static struct str without(const struct admin *ad, struct str origins,
    struct str origin)
{
	struct str kept = STR("");

	while (origins.p) {
		struct str word = str_cut(&origins, ' ');

		if (word.len && !str_eq(word, origin))
			kept = arena_printf(ad->arena, "%.*s%s%.*s",
			    STR_ARG(kept), kept.len ? " " : "", STR_ARG(word));
	}
	return kept;
}

static bool is_origin(struct str s)
{
	struct str rest = s, scheme = str_cut(&rest, ':');

	if (str_is(s, "*"))
		return true;
	return (str_is(scheme, "http") || str_is(scheme, "https")) && rest.p &&
	       str_starts(rest, "//") && rest.len > 2 &&
	       !memchr(rest.p + 2, '/', rest.len - 2) &&
	       str_is_printable(s, false);
}

static int change_origin(struct admin *ad, bool on, struct error *err)
{
	struct str origin = str_of(ad->words[1]);
	struct app app;

	if (!is_origin(origin))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "an origin is https://HOST[:PORT], http://HOST[:PORT] "
		    "or *");
	if (admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	app.origins = without(ad, app.origins, origin);
	if (on)
		app.origins = arena_printf(ad->arena, "%.*s%s%.*s",
		    STR_ARG(app.origins), app.origins.len ? " " : "",
		    STR_ARG(origin));
	if (app.origins.len > APP_ORIGINS_MAX)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "the origins of an app have at most %d bytes",
		    APP_ORIGINS_MAX);
	return put(ad, &app, on ? "app.add-origin" : "app.remove-origin",
	    ad->words[1], err);
}

static int add_origin_command(struct admin *ad, struct error *err)
{
	return change_origin(ad, true, err);
}

static int remove_origin_command(struct admin *ad, struct error *err)
{
	return change_origin(ad, false, err);
}

/* ---- the secret ---- */

static int rotate_command(struct admin *ad, struct error *err)
{
	int64_t keep_s;
	struct app app;

	if (admin_number(ad, "keep-s", 0, OLD_SECRET_S_MAX, 86400, &keep_s,
		err) < 0 ||
	    admin_app(ad, ad->words[0], &app, err) < 0 ||
	    app_rotate_secret(ad->db, ad->arena, &app, keep_s, err) < 0 ||
	    admin_audit(ad, app.app_id, "app.rotate-secret", 0, "", err) < 0)
		return -1;
	printf("secret=%.*s\nold_secret_until=%s\n", STR_ARG(app.secret),
	    admin_time(app.old_secret_until_ms));
	return 0;
}

const struct admin_command admin_change_commands[] = {
	{ "app", "show", "APP", 1, 1, "", "shows an app, without its secret",
	    show_command },
	{ "app", "update", "APP [--title T] [--open|--closed]", 1, 1,
	    "title= open closed", "changes an app", update_command },
	{ "app", "disable", "APP", 1, 1, "",
	    "refuses all keys, sessions and log-ins of an app",
	    disable_command },
	{ "app", "enable", "APP", 1, 1, "", "lets them in again",
	    enable_command },
	{ "app", "add-origin", "APP ORIGIN", 2, 2, "",
	    "lets pages of an origin call the API", add_origin_command },
	{ "app", "remove-origin", "APP ORIGIN", 2, 2, "", "no longer lets them",
	    remove_origin_command },
	{ "app", "rotate-secret", "APP [--keep-s N]", 1, 1, "keep-s=",
	    "makes a new secret and prints it; the old one signs JWTs for N "
	    "more seconds (a day)",
	    rotate_command },
	{ 0 },
};
