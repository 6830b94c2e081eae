#include "im/site/app_sql.h"

#define APP_SELECT                                                   \
	"SELECT app_id, name, title, secret, origins, open_signup, " \
	"login_policy, created_ms, disabled_ms, old_secret, "        \
	"old_secret_until_ms FROM app "

static const struct db_field app_fields[] = { DB_I64(struct app, app_id),
	DB_STR(struct app, name), DB_STR(struct app, title),
	DB_STR(struct app, secret), DB_STR(struct app, origins),
	DB_I64(struct app, open_signup), DB_I64(struct app, login_policy),
	DB_I64(struct app, created_ms), DB_I64(struct app, disabled_ms),
	DB_STR(struct app, old_secret), DB_I64(struct app, old_secret_until_ms),
	DB_END };

static const struct db_stmt by_id = {
	.name = "app.by_id",
	.sql = APP_SELECT "WHERE app_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = app_fields,
	.out_size = sizeof(struct app),
};

int app_sql_by_id(struct db *db, struct arena *a, int64_t app_id,
    struct app *out, struct error *err)
{
	struct db_id in = { app_id };

	return db_row(db, &by_id, &in, a, out, err);
}

static const struct db_field name_in[] = { DB_STR(struct app, name), DB_END };

static const struct db_stmt by_name = {
	.name = "app.by_name",
	.sql = APP_SELECT "WHERE name = ?",
	.in = name_in,
	.in_size = sizeof(struct app),
	.out = app_fields,
	.out_size = sizeof(struct app),
};

int app_sql_by_name(struct db *db, struct arena *a, struct str name,
    struct app *out, struct error *err)
{
	struct app in = { .name = name };

	return db_row(db, &by_name, &in, a, out, err);
}

static const struct db_stmt first_two = {
	.name = "app.first_two",
	.sql = APP_SELECT "WHERE disabled_ms = 0 LIMIT 2",
	.out = app_fields,
	.out_size = sizeof(struct app),
};

int app_sql_first_two(struct db *db, struct arena *a, struct app **out,
    size_t *n_out, struct error *err)
{
	return db_rows(db, &first_two, NULL, a, out, n_out, err);
}

static const struct db_stmt all = {
	.name = "app.all",
	.sql = APP_SELECT "ORDER BY name LIMIT 1000",
	.out = app_fields,
	.out_size = sizeof(struct app),
};

int app_sql_all(struct db *db, struct arena *a, struct app **out, size_t *n_out,
    struct error *err)
{
	return db_rows(db, &all, NULL, a, out, n_out, err);
}

static const struct db_stmt insert = {
	.name = "app.insert",
	.sql = "INSERT INTO app (app_id, name, title, secret, origins, "
	       "open_signup, login_policy, created_ms, disabled_ms, "
	       "old_secret, old_secret_until_ms) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = app_fields,
	.in_size = sizeof(struct app),
};

int app_sql_insert(struct db *db, const struct app *app, struct error *err)
{
	if (db_exec(db, &insert, app, NULL, err) == 0)
		return 0;
	if (db_is_duplicate(db))
		err_field(err, ERR_CONFLICT, "name", "the name is taken");
	return -1;
}

static const struct db_field logins_in[] = { DB_I64(struct app, login_policy),
	DB_I64(struct app, app_id), DB_END };

static const struct db_stmt set_logins = {
	.name = "app.set_logins",
	.sql = "UPDATE app SET login_policy = ? WHERE app_id = ?",
	.in = logins_in,
	.in_size = sizeof(struct app),
};

int app_sql_set_logins(struct db *db, int64_t app_id, int64_t policy,
    struct error *err)
{
	struct app in = { .app_id = app_id, .login_policy = policy };

	return db_exec(db, &set_logins, &in, NULL, err);
}

static const struct db_field update_in[] = { DB_STR(struct app, title),
	DB_STR(struct app, origins), DB_I64(struct app, open_signup),
	DB_I64(struct app, disabled_ms), DB_I64(struct app, app_id), DB_END };

static const struct db_stmt update = {
	.name = "app.update",
	.sql = "UPDATE app SET title = ?, origins = ?, open_signup = ?, "
	       "disabled_ms = ? WHERE app_id = ?",
	.in = update_in,
	.in_size = sizeof(struct app),
};

int app_sql_update(struct db *db, const struct app *app, struct error *err)
{
	return db_exec(db, &update, app, NULL, err);
}

static const struct db_field secret_in[] = {
	DB_I64(struct app, old_secret_until_ms), DB_STR(struct app, secret),
	DB_I64(struct app, app_id), DB_END
};

/* From left to right: the old one is what the secret was until now. */
static const struct db_stmt put_secret = {
	.name = "app.put_secret",
	.sql = "UPDATE app SET old_secret = secret, old_secret_until_ms = ?, "
	       "secret = ? WHERE app_id = ?",
	.in = secret_in,
	.in_size = sizeof(struct app),
};

int app_sql_put_secret(struct db *db, const struct app *app, struct error *err)
{
	return db_exec(db, &put_secret, app, NULL, err);
}

const struct db_stmt *const app_statements[] = { &by_id, &by_name, &first_two,
	NULL };
