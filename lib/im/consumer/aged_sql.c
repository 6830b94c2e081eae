#include "im/consumer/aged_sql.h"

struct old {
	struct str users;
	int64_t limit;
};

static const struct db_field old_in[] = {
	DB_STR(struct old, users),
	DB_I64(struct old, limit),
	DB_END,
};
static const struct db_field key_fields[] = {
	DB_I64(struct consumer_aged_mention, user_id),
	DB_I64(struct consumer_aged_mention, conv_id),
	DB_I64(struct consumer_aged_mention, conv_index),
	DB_END,
};

static const struct db_stmt mentions = {
	.name = "consumer_aged.mentions",
	.sql = "SELECT x.user_id, x.conv_id, x.conv_index FROM "
	       "JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN mention x ON x.user_id = j.id "
	       "STRAIGHT_JOIN mark m ON m.conv_id = x.conv_id "
	       "AND m.user_id = x.user_id "
	       "LEFT JOIN conv_mode t ON t.conv_id = x.conv_id "
	       "WHERE x.conv_index <= m.read_index AND t.conv_id IS NULL "
	       "LIMIT ?",
	.in = old_in,
	.in_size = sizeof(struct old),
	.out = key_fields,
	.out_size = sizeof(struct consumer_aged_mention),
};

int consumer_aged_sql_mentions(struct db *db, struct arena *a, struct str users,
    int64_t limit, struct consumer_aged_mention **out, size_t *n_out,
    struct error *err)
{
	struct old in = { users, limit };

	return db_rows(db, &mentions, &in, a, out, n_out, err);
}

static const struct db_stmt drop_many = DB_MANY("consumer_aged.drop_many",
    "DELETE x FROM JSON_TABLE(?, '$[*]' COLUMNS(u BIGINT PATH '$[0]', "
    "c BIGINT PATH '$[1]', i BIGINT PATH '$[2]')) j "
    "STRAIGHT_JOIN mention x ON x.user_id = j.u AND x.conv_id = j.c "
    "AND x.conv_index = j.i");

static const struct db_stmt drop = {
	.name = "consumer_aged.drop",
	.sql = "DELETE FROM mention WHERE user_id = ? AND conv_id = ? "
	       "AND conv_index = ?",
	.in = key_fields,
	.in_size = sizeof(struct consumer_aged_mention),
	.many = &drop_many,
};

int consumer_aged_sql_drop(struct db *db,
    const struct consumer_aged_mention *rows, size_t n, int64_t *n_out,
    struct error *err)
{
	return db_exec_bulk(db, &drop, rows, n, sizeof(*rows), n_out, err);
}

const struct db_stmt *const consumer_aged_statements[] = { &mentions, &drop,
	NULL };
