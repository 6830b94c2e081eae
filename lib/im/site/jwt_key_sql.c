#include "im/site/jwt_key_sql.h"

#define COLUMNS                                                         \
	"k.app_id, k.kid, k.key_id, k.alg, k.public_key, k.created_ms " \
	"FROM "

static const struct db_field row_fields[] = {
	DB_I64(struct jwt_key, app_id),
	DB_STR(struct jwt_key, kid),
	DB_I64(struct jwt_key, key_id),
	DB_I64(struct jwt_key, alg),
	DB_STR(struct jwt_key, public_key),
	DB_I64(struct jwt_key, created_ms),
	DB_END,
};
static const struct db_field name_fields[] = {
	DB_I64(struct jwt_key, app_id),
	DB_STR(struct jwt_key, kid),
	DB_END,
};

static const struct db_stmt lock = {
	.name = "jwt_key.lock",
	.sql = "SELECT " COLUMNS "jwt_key k "
	       "WHERE k.app_id = ? AND k.kid = ? FOR UPDATE",
	.in = name_fields,
	.in_size = sizeof(struct jwt_key),
	.out = row_fields,
	.out_size = sizeof(struct jwt_key),
};

int jwt_key_sql_lock(struct db *db, struct arena *a, const struct jwt_key *key,
    struct jwt_key *out, struct error *err)
{
	struct jwt_key in = *key;

	return db_row(db, &lock, &in, a, out, err);
}

struct named {
	struct str app, kid;
};

static const struct db_field named_in[] = { DB_STR(struct named, app),
	DB_STR(struct named, kid), DB_END };

static const struct db_stmt named = {
	.name = "jwt_key.named",
	.sql = "SELECT " COLUMNS "app a JOIN jwt_key k ON k.app_id = a.app_id "
	       "WHERE a.name = ? AND k.kid = ?",
	.in = named_in,
	.in_size = sizeof(struct named),
	.out = row_fields,
	.out_size = sizeof(struct jwt_key),
};

int jwt_key_sql_named(struct db *db, struct arena *a, struct str app,
    struct str kid, struct jwt_key *out, struct error *err)
{
	struct named in = { app, kid };

	return db_row(db, &named, &in, a, out, err);
}

struct page {
	int64_t app_id;
	struct str after;
	int64_t limit;
};

static const struct db_field page_in[] = { DB_I64(struct page, app_id),
	DB_STR(struct page, after), DB_I64(struct page, limit), DB_END };

static const struct db_stmt list = {
	.name = "jwt_key.list",
	.sql = "SELECT " COLUMNS "jwt_key k "
	       "WHERE k.app_id = ? AND k.kid > ? ORDER BY k.kid LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = row_fields,
	.out_size = sizeof(struct jwt_key),
};

int jwt_key_sql_list(struct db *db, struct arena *a, int64_t app_id,
    struct str after, int64_t limit, struct jwt_key **out, size_t *n_out,
    struct error *err)
{
	struct page in = { app_id, after, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

struct number {
	int64_t n;
};

static const struct db_field number_out[] = { DB_I64(struct number, n),
	DB_END };

static const struct db_stmt count = {
	.name = "jwt_key.count",
	.sql = "SELECT COUNT(*) FROM jwt_key WHERE app_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = number_out,
	.out_size = sizeof(struct number),
};

int jwt_key_sql_count(struct db *db, struct arena *a, int64_t app_id,
    int64_t *n_out, struct error *err)
{
	struct db_id in = { app_id };
	struct number out;

	if (db_row(db, &count, &in, a, &out, err) < 0)
		return -1;
	*n_out = out.n;
	return 0;
}

static const struct db_stmt insert = {
	.name = "jwt_key.insert",
	.sql = "INSERT INTO jwt_key (app_id, kid, key_id, alg, public_key, "
	       "created_ms) VALUES (?, ?, ?, ?, ?, ?)",
	.in = row_fields,
	.in_size = sizeof(struct jwt_key),
};

int jwt_key_sql_insert(struct db *db, const struct jwt_key *key,
    struct error *err)
{
	return db_exec(db, &insert, key, NULL, err);
}

static const struct db_field update_in[] = {
	DB_I64(struct jwt_key, key_id),
	DB_I64(struct jwt_key, alg),
	DB_STR(struct jwt_key, public_key),
	DB_I64(struct jwt_key, created_ms),
	DB_I64(struct jwt_key, app_id),
	DB_STR(struct jwt_key, kid),
	DB_END,
};

static const struct db_stmt update = {
	.name = "jwt_key.update",
	.sql = "UPDATE jwt_key SET key_id = ?, alg = ?, public_key = ?, "
	       "created_ms = ? WHERE app_id = ? AND kid = ?",
	.in = update_in,
	.in_size = sizeof(struct jwt_key),
};

int jwt_key_sql_update(struct db *db, const struct jwt_key *key,
    struct error *err)
{
	return db_exec(db, &update, key, NULL, err);
}

static const struct db_stmt drop = {
	.name = "jwt_key.drop",
	.sql = "DELETE FROM jwt_key WHERE app_id = ? AND kid = ?",
	.in = name_fields,
	.in_size = sizeof(struct jwt_key),
};

int jwt_key_sql_delete(struct db *db, const struct jwt_key *key,
    struct error *err)
{
	return db_exec(db, &drop, key, NULL, err);
}

const struct db_stmt *const jwt_key_statements[] = { &lock, &named, &list,
	&count, &insert, &update, &drop, NULL };
