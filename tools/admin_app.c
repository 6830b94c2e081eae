/* Apps and their keys. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "base/buf.h"
#include "im/site/app_key.h"
#include "im/site/app_setting.h"

/* The values of all --origin options, separated by blanks. */
static struct str origins(const struct admin *ad)
{
	struct buf b;
	struct str s;

	buf_init(&b);
	for (size_t i = 0; i < ad->n_options; i++)
		if (!strcmp(ad->options[i].name, "origin"))
			buf_printf(&b, "%s%s", b.len ? " " : "",
			    ad->options[i].value);
	s = arena_str(ad->arena, buf_view(&b));
	buf_release(&b);
	return s;
}

static int app_create_command(struct admin *ad, struct error *err)
{
	const char *title = admin_option(ad, "title");
	struct app app = { .name = str_of(ad->words[0]),
		.title = str_of(title ? title : ad->words[0]),
		.origins = origins(ad),
		.open_signup = !admin_option(ad, "closed"),
		.login_policy = admin_option(ad, "one-per-platform")
				    ? APP_LOGIN_ONE_PER_PLATFORM
				    : APP_LOGIN_ALL };
	struct str key;

	if (!app.name.len || app.name.len > APP_NAME_MAX ||
	    !str_is_alnum_or(app.name, "._-"))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a name must be 1 to %d of a-z 0-9 . _ -", APP_NAME_MAX);
	if (app_create(ad->db, ad->arena, &app, err) < 0) {
		if (err->code == ERR_CONFLICT)
			err_set(err, ERR_CONFLICT,
			    "the app %.64s exists already", ad->words[0]);
		return -1;
	}
	if (app_key_create(ad->db, ad->arena, app.app_id, STR("first"), &key,
		err) < 0 ||
	    admin_audit(ad, app.app_id, "app.create", 0, ad->words[0], err))
		return -1;
	printf("app_id=%" PRId64 "\nkey=%.*s\nsecret=%.*s\n", app.app_id,
	    STR_ARG(key), STR_ARG(app.secret));
	return 0;
}

static int app_list_command(struct admin *ad, struct error *err)
{
	struct app *apps, chosen;
	size_t n;

	if (app_list(ad->db, ad->arena, &apps, &n, err) < 0)
		return -1;
	puts("app_id\tname\tsign_up\tdefault\tcreated\tdisabled\torigins\t"
	     "title");
	for (size_t i = 0; i < n; i++)
		printf("%" PRId64 "\t%.*s\t%s\t%s\t%s\t%s\t%.*s\t%.*s\n",
		    apps[i].app_id, STR_ARG(apps[i].name),
		    apps[i].open_signup ? "open" : "closed",
		    app_is_default(&apps[i]) ? "yes" : "",
		    admin_time(apps[i].created_ms),
		    admin_time(apps[i].disabled_ms), STR_ARG(apps[i].origins),
		    STR_ARG(apps[i].title));
	/* It logs a default that does not work. */
	if (app_find_default(ad->db, ad->arena, &chosen, err) < 0 &&
	    err->code != ERR_INVALID_ARGUMENT)
		return -1;
	return 0;
}

/* Lists the limits of an app; with a name sets or resets ("default") one. */
static int app_setting_command(struct admin *ad, struct error *err)
{
	const struct app_setting_info *info = app_setting_infos;
	struct app app;
	int64_t value;
	int rc;

	if (admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	if (ad->n_words == 2)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "%s: a value is required", ad->words[1]);
	if (ad->n_words == 3) {
		struct str name = str_of(ad->words[1]);
		struct str text = str_of(ad->words[2]);

		if (str_is(text, "default"))
			rc = app_setting_drop(ad->db, app.app_id, name, err);
		else if (str_to_int(text, &value))
			rc = app_setting_put(ad->db, app.app_id, name, value,
			    err);
		else
			rc = err_set(err, ERR_INVALID_ARGUMENT,
			    "a value is a number, or \"default\"");
		return rc < 0 ? -1
			      : admin_audit(ad, app.app_id, "app.setting", 0,
				    ad->words[1], err);
	}
	puts("name\tvalue\tdefault\tmin\tmax\ttext");
	for (int i = 0; i < APP_SETTING_MAX; i++) {
		if (app_setting_get(ad->db, ad->arena, app.app_id,
			(enum app_setting)i, &value, err) < 0)
			return -1;
		printf("%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64
		       "\t%s\n",
		    info[i].name, value, info[i].def, info[i].min, info[i].max,
		    info[i].text);
	}
	return 0;
}

/* Shows which of a user's devices may be logged in at once, or sets it. */
static int app_logins_command(struct admin *ad, struct error *err)
{
	struct str word = ad->n_words == 2 ? str_of(ad->words[1]) : STR_NONE;
	int64_t place = word.p ? str_place(APP_LOGINS, word) : 0;
	struct app app;

	if (admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	if (!word.p) {
		printf("logins=%.*s\n",
		    STR_ARG(str_word(APP_LOGINS, app.login_policy + 1)));
		return 0;
	}
	if (!place)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "one of all, one_per_platform, one");
	if (app_set_logins(ad->db, app.app_id, (enum app_login)(place - 1),
		err) < 0)
		return -1;
	return admin_audit(ad, app.app_id, "app.logins", 0, ad->words[1], err);
}

static int key_create_command(struct admin *ad, struct error *err)
{
	const char *name = ad->n_words > 1 ? ad->words[1] : "";
	struct app app;
	struct str key;

	if (strlen(name) > 64)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a key's name may have at most 64 bytes");
	if (admin_app(ad, ad->words[0], &app, err) < 0 ||
	    app_key_create(ad->db, ad->arena, app.app_id, str_of(name), &key,
		err) < 0 ||
	    admin_audit(ad, app.app_id, "key.create", 0, name, err) < 0)
		return -1;
	printf("key=%.*s\n", STR_ARG(key));
	return 0;
}

static int key_list_command(struct admin *ad, struct error *err)
{
	struct app_key *keys;
	struct app app;
	size_t n;

	if (admin_app(ad, ad->words[0], &app, err) < 0 ||
	    app_key_list(ad->db, ad->arena, app.app_id, &keys, &n, err) < 0)
		return -1;
	puts("key_id\tname\tcreated\trevoked");
	for (size_t i = 0; i < n; i++)
		printf("%" PRId64 "\t%.*s\t%s\t%s\n", keys[i].key_id,
		    STR_ARG(keys[i].name), admin_time(keys[i].created_ms),
		    admin_time(keys[i].revoked_ms));
	return 0;
}

static int key_revoke_command(struct admin *ad, struct error *err)
{
	int64_t id;
	int rc;

	if (admin_id(ad->words[0], &id, err) < 0)
		return -1;
	rc = app_key_revoke(ad->db, id, err);
	if (!rc)
		return err_set(err, ERR_NOT_FOUND,
		    "there is no key %s, or it is revoked already",
		    ad->words[0]);
	return rc < 0 ? -1
		      : admin_audit(ad, 0, "key.revoke", 0, ad->words[0], err);
}

const struct admin_command admin_app_commands[] = {
	{ "app", "create",
	    "NAME [--title T] [--closed] [--one-per-platform] [--origin O]...",
	    1, 1, "title= closed one-per-platform origin=",
	    "creates an app; prints app_id, a key and the secret",
	    app_create_command },
	{ "app", "list", "", 0, 0, "", "lists all apps", app_list_command },
	{ "app", "setting", "APP [NAME VALUE|default]", 1, 3, "",
	    "lists the limits of an app, or sets one", app_setting_command },
	{ "app", "logins", "APP [all|one_per_platform|one]", 1, 2, "",
	    "shows which of a user's devices may be logged in, or sets it",
	    app_logins_command },
	{ "key", "create", "APP [NAME]", 1, 2, "",
	    "creates an API key and prints it; it is not shown again",
	    key_create_command },
	{ "key", "list", "APP", 1, 1, "", "lists the keys of an app",
	    key_list_command },
	{ "key", "revoke", "KEY_ID", 1, 1, "", "revokes a key",
	    key_revoke_command },
	{ 0 },
};
