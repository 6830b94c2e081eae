#include "im/user/session_jwt_sql.h"

static const struct db_field row_fields[] = {
	DB_I64(struct session_jwt_row, user_id),
	DB_STR(struct session_jwt_row, token_hash),
	DB_I64(struct session_jwt_row, session_id),
	DB_I64(struct session_jwt_row, until_ms),
	DB_END,
};
static const struct db_field key_fields[] = {
	DB_I64(struct session_jwt_row, user_id),
	DB_STR(struct session_jwt_row, token_hash),
	DB_END,
};

static const struct db_stmt find = {
	.name = "session_jwt.find",
	.sql = "SELECT user_id, token_hash, session_id, until_ms "
	       "FROM session_jwt WHERE user_id = ? AND token_hash = ?",
	.in = key_fields,
	.in_size = sizeof(struct session_jwt_row),
	.out = row_fields,
	.out_size = sizeof(struct session_jwt_row),
};

int session_jwt_sql_find(struct db *db, struct arena *a,
    struct session_jwt_row *row, struct error *err)
{
	struct session_jwt_row in = *row;

	return db_row(db, &find, &in, a, row, err);
}

static const struct db_stmt insert = {
	.name = "session_jwt.insert",
	.sql = "INSERT INTO session_jwt (user_id, token_hash, session_id, "
	       "until_ms) VALUES (?, ?, ?, ?)",
	.in = row_fields,
	.in_size = sizeof(struct session_jwt_row),
};

int session_jwt_sql_insert(struct db *db, const struct session_jwt_row *row,
    struct error *err)
{
	return db_exec(db, &insert, row, NULL, err);
}

static const struct db_field forget_in[] = {
	DB_I64(struct session_jwt_row, user_id),
	DB_I64(struct session_jwt_row, now_ms),
	DB_END,
};

static const struct db_stmt forget = {
	.name = "session_jwt.forget",
	.sql = "DELETE FROM session_jwt WHERE user_id = ? AND until_ms <= ? "
	       "LIMIT 1000",
	.in = forget_in,
	.in_size = sizeof(struct session_jwt_row),
};

int session_jwt_sql_forget(struct db *db, const struct session_jwt_row *row,
    struct error *err)
{
	return db_exec(db, &forget, row, NULL, err);
}

static const struct db_field extend_in[] = {
	DB_I64(struct session, last_seen_ms),
	DB_I64(struct session, expires_ms),
	DB_I64(struct session, user_id),
	DB_I64(struct session, session_id),
	DB_END,
};

static const struct db_stmt extend = {
	.name = "session_jwt.extend",
	.sql = "UPDATE session SET last_seen_ms = ?, "
	       "expires_ms = GREATEST(expires_ms, ?) "
	       "WHERE user_id = ? AND session_id = ? AND ended_ms = 0",
	.in = extend_in,
	.in_size = sizeof(struct session),
};

int session_jwt_sql_extend(struct db *db, const struct session *s,
    struct error *err)
{
	return db_exec(db, &extend, s, NULL, err);
}

const struct db_stmt *const session_jwt_statements[] = { &find, &insert,
	&forget, &extend, NULL };
