#include "im/site/app_key_sql.h"

static const struct db_field key_in[] = {
	DB_STR(struct app_key_row, key_hash),
	DB_I64(struct app_key_row, key_id),
	DB_I64(struct app_key_row, app_id),
	DB_STR(struct app_key_row, name),
	DB_I64(struct app_key_row, created_ms),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "app_key.insert",
	.sql = "INSERT INTO app_key (key_hash, key_id, app_id, name, "
	       "created_ms) VALUES (?, ?, ?, ?, ?)",
	.in = key_in,
	.in_size = sizeof(struct app_key_row),
};

int app_key_sql_insert(struct db *db, const struct app_key_row *row,
    struct error *err)
{
	return db_exec(db, &insert, row, NULL, err);
}

static const struct db_field hash_in[] = { DB_STR(struct app_key_row, key_hash),
	DB_END };

static const struct db_field key_out[] = { DB_I64(struct app_key, key_id),
	DB_I64(struct app_key, app_id), DB_STR(struct app_key, name),
	DB_I64(struct app_key, created_ms), DB_I64(struct app_key, revoked_ms),
	DB_END };

static const struct db_stmt find = {
	.name = "app_key.find",
	.sql = "SELECT k.key_id, k.app_id, k.name, k.created_ms, k.revoked_ms "
	       "FROM app_key k JOIN app a ON a.app_id = k.app_id "
	       "WHERE k.key_hash = ? AND k.revoked_ms = 0 "
	       "AND a.disabled_ms = 0",
	.in = hash_in,
	.in_size = sizeof(struct app_key_row),
	.out = key_out,
	.out_size = sizeof(struct app_key),
};

int app_key_sql_find(struct db *db, struct arena *a, struct str key_hash,
    struct app_key *out, struct error *err)
{
	struct app_key_row in = { .key_hash = key_hash };

	return db_row(db, &find, &in, a, out, err);
}

static const struct db_stmt list = {
	.name = "app_key.list",
	.sql = "SELECT key_id, app_id, name, created_ms, revoked_ms "
	       "FROM app_key WHERE app_id = ? ORDER BY created_ms LIMIT 1000",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = key_out,
	.out_size = sizeof(struct app_key),
};

int app_key_sql_list(struct db *db, struct arena *a, int64_t app_id,
    struct app_key **out, size_t *n_out, struct error *err)
{
	struct db_id in = { app_id };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_field revoke_in[] = {
	DB_I64(struct app_key, revoked_ms),
	DB_I64(struct app_key, key_id),
	DB_END,
};

static const struct db_stmt revoke = {
	.name = "app_key.revoke",
	.sql = "UPDATE app_key SET revoked_ms = ? "
	       "WHERE key_id = ? AND revoked_ms = 0",
	.in = revoke_in,
	.in_size = sizeof(struct app_key),
};

int app_key_sql_revoke(struct db *db, int64_t key_id, int64_t revoked_ms,
    struct error *err)
{
	struct app_key in = { .key_id = key_id, .revoked_ms = revoked_ms };
	int64_t matched;

	if (db_exec(db, &revoke, &in, &matched, err) < 0)
		return -1;
	return matched > 0;
}

const struct db_stmt *const app_key_statements[] = { &find, NULL };
const struct db_stmt *const app_key_list_statements[] = { &list, NULL };
