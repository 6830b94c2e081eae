#include "im/site/app_sql.h"

#include "base/clock.h"

/* ---- apps ---- */

#define APP_SELECT                                                   \
	"SELECT app_id, name, title, secret, origins, open_signup, " \
	"one_per_platform, created_ms, disabled_ms FROM app "

static const struct db_field app_fields[] = { DB_I64(struct app, app_id),
	DB_STR(struct app, name), DB_STR(struct app, title),
	DB_STR(struct app, secret), DB_STR(struct app, origins),
	DB_I64(struct app, open_signup), DB_I64(struct app, one_per_platform),
	DB_I64(struct app, created_ms), DB_I64(struct app, disabled_ms),
	DB_END };

static const struct db_stmt by_id = {
	.name = "app.by_id",
	.sql = APP_SELECT "WHERE app_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = app_fields,
	.out_size = sizeof(struct app),
};

int app_find(struct db *db, struct arena *a, int64_t app_id, struct app *out,
    struct error *err)
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

int app_find_named(struct db *db, struct arena *a, struct str name,
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

int app_find_only(struct db *db, struct arena *a, struct app *out,
    struct error *err)
{
	struct app *rows;
	size_t n;

	if (db_rows(db, &first_two, NULL, a, &rows, &n, err) < 0)
		return -1;
	if (n == 1)
		*out = rows[0];
	return n == 1;
}

static const struct db_stmt all = {
	.name = "app.all",
	.sql = APP_SELECT "ORDER BY name LIMIT 1000",
	.out = app_fields,
	.out_size = sizeof(struct app),
};

int app_list(struct db *db, struct arena *a, struct app **out, size_t *n_out,
    struct error *err)
{
	return db_rows(db, &all, NULL, a, out, n_out, err);
}

static const struct db_stmt insert = {
	.name = "app.insert",
	.sql = "INSERT INTO app (app_id, name, title, secret, origins, "
	       "open_signup, one_per_platform, created_ms, disabled_ms) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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

/* ---- API keys ---- */

static const struct db_field key_in[] = {
	DB_STR(struct app_key_row, key_hash),
	DB_I64(struct app_key_row, key_id),
	DB_I64(struct app_key_row, app_id),
	DB_STR(struct app_key_row, name),
	DB_I64(struct app_key_row, created_ms),
	DB_END,
};

static const struct db_stmt insert_key = {
	.name = "app.insert_key",
	.sql = "INSERT INTO app_key (key_hash, key_id, app_id, name, "
	       "created_ms) VALUES (?, ?, ?, ?, ?)",
	.in = key_in,
	.in_size = sizeof(struct app_key_row),
};

int app_sql_insert_key(struct db *db, const struct app_key_row *row,
    struct error *err)
{
	return db_exec(db, &insert_key, row, NULL, err);
}

static const struct db_field hash_in[] = { DB_STR(struct app_key_row, key_hash),
	DB_END };

static const struct db_field key_out[] = { DB_I64(struct app_key, key_id),
	DB_I64(struct app_key, app_id), DB_STR(struct app_key, name),
	DB_I64(struct app_key, created_ms), DB_I64(struct app_key, revoked_ms),
	DB_END };

static const struct db_stmt find_key = {
	.name = "app.find_key",
	.sql = "SELECT k.key_id, k.app_id, k.name, k.created_ms, k.revoked_ms "
	       "FROM app_key k JOIN app a ON a.app_id = k.app_id "
	       "WHERE k.key_hash = ? AND k.revoked_ms = 0 "
	       "AND a.disabled_ms = 0",
	.in = hash_in,
	.in_size = sizeof(struct app_key_row),
	.out = key_out,
	.out_size = sizeof(struct app_key),
};

int app_sql_find_key(struct db *db, struct arena *a, struct str key_hash,
    struct app_key *out, struct error *err)
{
	struct app_key_row in = { .key_hash = key_hash };

	return db_row(db, &find_key, &in, a, out, err);
}

static const struct db_stmt list_keys = {
	.name = "app.list_keys",
	.sql = "SELECT key_id, app_id, name, created_ms, revoked_ms "
	       "FROM app_key WHERE app_id = ? ORDER BY created_ms LIMIT 1000",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = key_out,
	.out_size = sizeof(struct app_key),
};

int app_key_list(struct db *db, struct arena *a, int64_t app_id,
    struct app_key **out, size_t *n_out, struct error *err)
{
	struct db_id in = { app_id };

	return db_rows(db, &list_keys, &in, a, out, n_out, err);
}

static const struct db_field revoke_in[] = {
	DB_I64(struct app_key, revoked_ms),
	DB_I64(struct app_key, key_id),
	DB_END,
};

static const struct db_stmt revoke_key = {
	.name = "app.revoke_key",
	.sql = "UPDATE app_key SET revoked_ms = ? "
	       "WHERE key_id = ? AND revoked_ms = 0",
	.in = revoke_in,
	.in_size = sizeof(struct app_key),
};

int app_key_revoke(struct db *db, int64_t key_id, struct error *err)
{
	struct app_key in = { .key_id = key_id, .revoked_ms = clock_now_ms() };
	int64_t matched;

	if (db_exec(db, &revoke_key, &in, &matched, err) < 0)
		return -1;
	return matched > 0;
}

/* ---- keys of the installation ---- */

struct server_key {
	struct str name, value;
};

static const struct db_field server_key_in[] = {
	DB_STR(struct server_key, name),
	DB_STR(struct server_key, value),
	DB_END,
};
static const struct db_field server_key_name[] = {
	DB_STR(struct server_key, name),
	DB_END,
};
static const struct db_field server_key_out[] = {
	DB_STR(struct server_key, value),
	DB_END,
};

static const struct db_stmt offer_server_key = {
	.name = "app.offer_server_key",
	.sql = "INSERT INTO server_key (name, value) VALUES (?, ?) "
	       "ON DUPLICATE KEY UPDATE name = name",
	.in = server_key_in,
	.in_size = sizeof(struct server_key),
};

int app_sql_offer_server_key(struct db *db, struct str name, struct str value,
    struct error *err)
{
	struct server_key in = { name, value };

	return db_exec(db, &offer_server_key, &in, NULL, err);
}

static const struct db_stmt get_server_key = {
	.name = "app.server_key",
	.sql = "SELECT value FROM server_key WHERE name = ?",
	.in = server_key_name,
	.in_size = sizeof(struct server_key),
	.out = server_key_out,
	.out_size = sizeof(struct server_key),
};

int app_sql_server_key(struct db *db, struct arena *a, struct str name,
    struct str *value_out, struct error *err)
{
	struct server_key in = { .name = name }, row = { STR_NONE, STR_NONE };
	int found = db_row(db, &get_server_key, &in, a, &row, err);

	*value_out = row.value;
	return found;
}

const struct db_stmt *const app_statements[] = { &by_id, &by_name, &first_two,
	&all, &insert, &insert_key, &find_key, &list_keys, &revoke_key,
	&offer_server_key, &get_server_key, NULL };
