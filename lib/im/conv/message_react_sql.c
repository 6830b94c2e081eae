#include "im/conv/message_react_sql.h"

/* ---- one message, its log locked ---- */

static const struct db_field row_in[] = {
	DB_I64(struct reaction, conv_id),
	DB_I64(struct reaction, conv_index),
	DB_STR(struct reaction, emoji),
	DB_I64(struct reaction, user_id),
	DB_I64(struct reaction, at_ms),
	DB_END,
};

static const struct db_field one_in[] = {
	DB_I64(struct reaction, conv_id),
	DB_I64(struct reaction, conv_index),
	DB_STR(struct reaction, emoji),
	DB_I64(struct reaction, user_id),
	DB_END,
};

static const struct db_field message_in[] = {
	DB_I64(struct reaction, conv_id),
	DB_I64(struct reaction, conv_index),
	DB_END,
};

static const struct db_stmt has = {
	.name = "message_react.has",
	.sql = "SELECT user_id FROM reaction WHERE conv_id = ? "
	       "AND conv_index = ? AND emoji = ? AND user_id = ?",
	.in = one_in,
	.in_size = sizeof(struct reaction),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_stmt has_any = {
	.name = "message_react.has_any",
	.sql = "SELECT user_id FROM reaction WHERE conv_id = ? "
	       "AND conv_index = ? LIMIT 1",
	.in = message_in,
	.in_size = sizeof(struct reaction),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_stmt put = {
	.name = "message_react.put",
	.sql = "INSERT INTO reaction (conv_id, conv_index, emoji, user_id, "
	       "at_ms) VALUES (?, ?, ?, ?, ?)",
	.in = row_in,
	.in_size = sizeof(struct reaction),
};

static const struct db_stmt drop = {
	.name = "message_react.drop",
	.sql = "DELETE FROM reaction WHERE conv_id = ? AND conv_index = ? "
	       "AND emoji = ? AND user_id = ?",
	.in = one_in,
	.in_size = sizeof(struct reaction),
};

static int find(struct db *db, const struct db_stmt *st, struct arena *a,
    const struct reaction *r, struct error *err)
{
	struct db_id row;

	return db_row(db, st, r, a, &row, err);
}

int message_react_sql_has(struct db *db, struct arena *a,
    const struct reaction *r, struct error *err)
{
	return find(db, &has, a, r, err);
}

int message_react_sql_has_any(struct db *db, struct arena *a,
    const struct reaction *r, struct error *err)
{
	return find(db, &has_any, a, r, err);
}

int message_react_sql_put(struct db *db, const struct reaction *r,
    struct error *err)
{
	return db_exec(db, &put, r, NULL, err);
}

int message_react_sql_drop(struct db *db, const struct reaction *r,
    struct error *err)
{
	return db_exec(db, &drop, r, NULL, err);
}

const struct db_stmt *const message_react_statements[] = { &has, &has_any, &put,
	&drop, NULL };
