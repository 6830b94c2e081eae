#include "im/conv/ban_sql.h"

static const struct db_field ban_fields[] = {
	DB_I64(struct ban, conv_id),
	DB_I64(struct ban, user_id),
	DB_I64(struct ban, banned_by),
	DB_I64(struct ban, banned_ms),
	DB_I64(struct ban, until_ms),
	DB_STR(struct ban, reason),
	DB_END,
};

struct query {
	struct str users;
	int64_t conv_id, now_ms, after, limit;
};

static const struct db_field load_in[] = {
	DB_STR(struct query, users),
	DB_I64(struct query, conv_id),
	DB_I64(struct query, now_ms),
	DB_END,
};

static const struct db_stmt load = {
	.name = "ban.load",
	.sql = "SELECT b.conv_id, b.user_id, b.banned_by, b.banned_ms, "
	       "b.until_ms, b.reason "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN ban b ON b.conv_id = ? AND b.user_id = j.id "
	       "WHERE b.until_ms = 0 OR b.until_ms > ?",
	.in = load_in,
	.in_size = sizeof(struct query),
	.out = ban_fields,
	.out_size = sizeof(struct ban),
};

int ban_sql_load(struct db *db, struct arena *a, int64_t conv_id,
    struct str users, int64_t now_ms, struct ban **out, size_t *n_out,
    struct error *err)
{
	struct query in = { .users = users,
		.conv_id = conv_id,
		.now_ms = now_ms };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

static const struct db_field list_in[] = {
	DB_I64(struct query, conv_id),
	DB_I64(struct query, after),
	DB_I64(struct query, now_ms),
	DB_I64(struct query, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "ban.list",
	.sql = "SELECT conv_id, user_id, banned_by, banned_ms, until_ms, "
	       "reason FROM ban WHERE conv_id = ? AND user_id > ? "
	       "AND (until_ms = 0 OR until_ms > ?) ORDER BY user_id LIMIT ?",
	.in = list_in,
	.in_size = sizeof(struct query),
	.out = ban_fields,
	.out_size = sizeof(struct ban),
};

int ban_sql_list(struct db *db, struct arena *a, int64_t conv_id,
    int64_t now_ms, int64_t after, int64_t limit, struct ban **out,
    size_t *n_out, struct error *err)
{
	struct query in = { .conv_id = conv_id,
		.now_ms = now_ms,
		.after = after,
		.limit = limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_stmt put = {
	.name = "ban.put",
	.sql = "INSERT INTO ban (conv_id, user_id, banned_by, banned_ms, "
	       "until_ms, reason) VALUES (?, ?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE banned_by = VALUES(banned_by), "
	       "banned_ms = VALUES(banned_ms), until_ms = VALUES(until_ms), "
	       "reason = VALUES(reason)",
	.in = ban_fields,
	.in_size = sizeof(struct ban),
};

int ban_sql_put(struct db *db, const struct ban *b, struct error *err)
{
	return db_exec(db, &put, b, NULL, err);
}

static const struct db_field key_in[] = {
	DB_I64(struct ban, conv_id),
	DB_I64(struct ban, user_id),
	DB_END,
};

static const struct db_stmt drop = {
	.name = "ban.drop",
	.sql = "DELETE FROM ban WHERE conv_id = ? AND user_id = ?",
	.in = key_in,
	.in_size = sizeof(struct ban),
};

int ban_sql_drop(struct db *db, int64_t conv_id, int64_t user_id,
    struct error *err)
{
	struct ban in = { .conv_id = conv_id, .user_id = user_id };

	return db_exec(db, &drop, &in, NULL, err);
}

static const struct db_field ended_in[] = {
	DB_I64(struct query, conv_id),
	DB_I64(struct query, now_ms),
	DB_END,
};

static const struct db_stmt drop_ended = {
	.name = "ban.drop_ended",
	.sql = "DELETE FROM ban WHERE conv_id = ? AND until_ms > 0 "
	       "AND until_ms <= ?",
	.in = ended_in,
	.in_size = sizeof(struct query),
};

int ban_sql_drop_ended(struct db *db, int64_t conv_id, int64_t now_ms,
    struct error *err)
{
	struct query in = { .conv_id = conv_id, .now_ms = now_ms };

	return db_exec(db, &drop_ended, &in, NULL, err);
}

const struct db_stmt *const ban_statements[] = { &load, &list, &put, &drop,
	&drop_ended, NULL };
