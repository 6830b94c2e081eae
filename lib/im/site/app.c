#include "im/site/app.h"

#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "im/site/app_sql.h"
#include "im/site/node.h"
#include "io/db_clock.h"

int app_find(struct db *db, struct arena *a, int64_t app_id, struct app *out,
    struct error *err)
{
	return app_sql_by_id(db, a, app_id, out, err);
}

int app_find_named(struct db *db, struct arena *a, struct str name,
    struct app *out, struct error *err)
{
	return app_sql_by_name(db, a, name, out, err);
}

struct str app_default_name(void)
{
	return str_of(conf.user.default_app);
}

bool app_is_default(const struct app *app)
{
	return str_eq(app->name, app_default_name());
}

static int find_named_default(struct db *db, struct arena *a, struct app *out,
    struct error *err)
{
	int found = app_sql_by_name(db, a, app_default_name(), out, err);
	const char *why;

	if (found < 0 || (found && !out->disabled_ms))
		return found;
	why = found ? "is disabled" : "does not exist";
	log_warn("default_app", "app=%s detail=\"user.default_app: it %s\"",
	    conf.user.default_app, why);
	return err_field(err, ERR_INVALID_ARGUMENT, "app",
	    "is required: the default app of this host %s", why);
}

int app_find_default(struct db *db, struct arena *a, struct app *out,
    struct error *err)
{
	struct app *rows;
	size_t n;

	if (app_default_name().len)
		return find_named_default(db, a, out, err);
	if (app_sql_first_two(db, a, &rows, &n, err) < 0)
		return -1;
	if (n == 1)
		*out = rows[0];
	return n == 1;
}

int app_list(struct db *db, struct arena *a, struct app **out, size_t *n_out,
    struct error *err)
{
	return app_sql_all(db, a, out, n_out, err);
}

int app_set_logins(struct db *db, int64_t app_id, enum app_login policy,
    struct error *err)
{
	return app_sql_set_logins(db, app_id, policy, err);
}

bool app_has_origin(struct str origins, struct str origin)
{
	while (origins.p) {
		struct str word = str_cut(&origins, ' ');

		if (word.len && (str_eq(word, origin) || str_is(word, "*")))
			return true;
	}
	return false;
}

int app_create(struct db *db, struct arena *a, struct app *app,
    struct error *err)
{
	if (node_next_id(db, &app->app_id, err) < 0)
		return -1;
	app->secret = crypto_token(a, APP_SECRET_PREFIX);
	app->created_ms = db_clock_ms(db);
	app->disabled_ms = 0;
	return app_sql_insert(db, app, err);
}

int app_update(struct db *db, const struct app *app, struct error *err)
{
	return app_sql_update(db, app, err);
}

int app_rotate_secret(struct db *db, struct arena *a, struct app *app,
    int64_t keep_s, struct error *err)
{
	app->old_secret = app->secret;
	app->old_secret_until_ms = db_clock_ms(db) + keep_s * 1000;
	app->secret = crypto_token(a, APP_SECRET_PREFIX);
	return app_sql_put_secret(db, app, err);
}

size_t app_secrets(struct db *db, const struct app *app, struct str out[2])
{
	out[0] = app->secret;
	out[1] = app->old_secret;
	return app->old_secret.p && app->old_secret_until_ms > db_clock_ms(db)
		   ? 2
		   : 1;
}
