#include "im/site/idem_sql.h"

static const struct db_field insert_in[] = { DB_I64(struct idem, user_id),
	DB_STR(struct idem, key), DB_STR(struct idem, request_hash),
	DB_I64(struct idem, created_ms), DB_END };

static const struct db_stmt insert = {
	.name = "idem.insert",
	.sql = "INSERT INTO idempotency (user_id, idem_key, request_hash, "
	       "created_ms) VALUES (?, ?, ?, ?)",
	.in = insert_in,
	.in_size = sizeof(struct idem),
};

int idem_sql_insert(struct db *db, const struct idem *i, struct error *err)
{
	if (db_exec(db, &insert, i, NULL, err) == 0)
		return 1;
	return db_is_duplicate(db) ? 0 : -1;
}

static const struct db_field key_in[] = { DB_I64(struct idem, user_id),
	DB_STR(struct idem, key), DB_END };

static const struct db_field get_out[] = { DB_STR(struct idem, request_hash),
	DB_I64(struct idem, status), DB_STR(struct idem, body),
	DB_I64(struct idem, created_ms), DB_END };

static const struct db_stmt get = {
	.name = "idem.get",
	.sql = "SELECT request_hash, status, body, created_ms "
	       "FROM idempotency WHERE user_id = ? AND idem_key = ?",
	.in = key_in,
	.in_size = sizeof(struct idem),
	.out = get_out,
	.out_size = sizeof(struct idem),
};

int idem_sql_get(struct db *db, struct arena *a, const struct idem *key,
    struct idem *out, struct error *err)
{
	return db_row(db, &get, key, a, out, err);
}

struct taking {
	struct idem row;
	int64_t old_ms;
};

static const struct db_field take_in[] = {
	DB_STR(struct taking, row.request_hash),
	DB_I64(struct taking, row.created_ms),
	DB_I64(struct taking, row.user_id), DB_STR(struct taking, row.key),
	DB_I64(struct taking, old_ms), DB_END
};

static const struct db_stmt take = {
	.name = "idem.take",
	.sql = "UPDATE idempotency SET request_hash = ?, status = 0, "
	       "body = NULL, created_ms = ? "
	       "WHERE user_id = ? AND idem_key = ? AND created_ms = ?",
	.in = take_in,
	.in_size = sizeof(struct taking),
};

int idem_sql_take(struct db *db, const struct idem *i, int64_t old_ms,
    struct error *err)
{
	struct taking in = { *i, old_ms };
	int64_t matched;

	if (db_exec(db, &take, &in, &matched, err) < 0)
		return -1;
	return matched > 0;
}

static const struct db_field finish_in[] = { DB_I64(struct idem, status),
	DB_STR(struct idem, body), DB_I64(struct idem, user_id),
	DB_STR(struct idem, key), DB_I64(struct idem, created_ms), DB_END };

static const struct db_stmt finish = {
	.name = "idem.finish",
	.sql = "UPDATE idempotency SET status = ?, body = ? "
	       "WHERE user_id = ? AND idem_key = ? AND created_ms = ?",
	.in = finish_in,
	.in_size = sizeof(struct idem),
};

int idem_sql_finish(struct db *db, const struct idem *i, struct error *err)
{
	return db_exec(db, &finish, i, NULL, err);
}

static const struct db_field delete_in[] = { DB_I64(struct idem, user_id),
	DB_STR(struct idem, key), DB_I64(struct idem, created_ms), DB_END };

static const struct db_stmt delete_row = {
	.name = "idem.delete",
	.sql = "DELETE FROM idempotency "
	       "WHERE user_id = ? AND idem_key = ? AND created_ms = ?",
	.in = delete_in,
	.in_size = sizeof(struct idem),
};

int idem_sql_delete(struct db *db, const struct idem *i, struct error *err)
{
	return db_exec(db, &delete_row, i, NULL, err);
}

const struct db_stmt *const idem_statements[] = { &insert, &get, &take, &finish,
	&delete_row, NULL };
