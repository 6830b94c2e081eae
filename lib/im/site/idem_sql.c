#include "im/site/idem_sql.h"

#define IDEM_KEEP_TEXT "86400000"
_Static_assert(IDEM_KEEP_MS == 86400000, "the time in these statements");
#define IS_OLD "created_ms <= " DB_NOW_MS " - " IDEM_KEEP_TEXT

static const struct db_field key_in[] = {
	DB_I64(struct idem, shard_id),
	DB_I64(struct idem, user_id),
	DB_STR(struct idem, key),
	DB_END,
};

static const struct db_field answer_out[] = {
	DB_STR(struct idem, request_hash),
	DB_I64(struct idem, status),
	DB_STR(struct idem, body),
	DB_END,
};

static const struct db_stmt get = {
	.name = "idem.get",
	.sql = "SELECT request_hash, status, body FROM idempotency "
	       "WHERE shard_id = ? AND user_id = ? AND idem_key = ? "
	       "AND NOT " IS_OLD,
	.in = key_in,
	.in_size = sizeof(struct idem),
	.out = answer_out,
	.out_size = sizeof(struct idem),
};

int idem_sql_get(struct db *db, struct arena *a, const struct idem *key,
    struct idem *out, struct error *err)
{
	return db_row(db, &get, key, a, out, err);
}

static const struct db_stmt forget_old = {
	.name = "idem.forget_old",
	.sql = "DELETE FROM idempotency "
	       "WHERE shard_id = ? AND user_id = ? AND idem_key = ? "
	       "AND " IS_OLD,
	.in = key_in,
	.in_size = sizeof(struct idem),
};

int idem_sql_forget_old(struct db *db, const struct idem *key,
    struct error *err)
{
	return db_exec(db, &forget_old, key, NULL, err);
}

static const struct db_field insert_in[] = {
	DB_I64(struct idem, shard_id),
	DB_I64(struct idem, user_id),
	DB_STR(struct idem, key),
	DB_STR(struct idem, request_hash),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "idem.insert",
	.sql = "INSERT INTO idempotency (shard_id, user_id, idem_key, "
	       "request_hash, status, body, created_ms) "
	       "VALUES (?, ?, ?, ?, 0, '', " DB_NOW_MS ")",
	.in = insert_in,
	.in_size = sizeof(struct idem),
};

int idem_sql_insert(struct db *db, const struct idem *i, struct error *err)
{
	if (db_exec(db, &insert, i, NULL, err) == 0)
		return 1;
	return db_is_duplicate(db) ? 0 : -1;
}

static const struct db_field keep_in[] = {
	DB_I64(struct idem, status),
	DB_STR(struct idem, body),
	DB_I64(struct idem, shard_id),
	DB_I64(struct idem, user_id),
	DB_STR(struct idem, key),
	DB_END,
};

static const struct db_stmt keep = {
	.name = "idem.keep",
	.sql = "UPDATE idempotency SET status = ?, body = ? "
	       "WHERE shard_id = ? AND user_id = ? AND idem_key = ?",
	.in = keep_in,
	.in_size = sizeof(struct idem),
};

int idem_sql_keep(struct db *db, const struct idem *i, struct error *err)
{
	return db_exec(db, &keep, i, NULL, err);
}

static const struct db_stmt note = {
	.name = "idem.note",
	.sql = "INSERT IGNORE INTO idempotency (shard_id, user_id, idem_key, "
	       "request_hash, status, body, created_ms) "
	       "VALUES (?, ?, ?, ?, 0, '', " DB_NOW_MS ")",
	.in = insert_in,
	.in_size = sizeof(struct idem),
};

int idem_sql_note(struct db *db, const struct idem *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &note, rows, n, sizeof(*rows), NULL, err);
}

const struct db_stmt *const idem_statements[] = { &get, &forget_old, &insert,
	&keep, &note, NULL };
