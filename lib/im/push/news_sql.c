#include "im/push/news_sql.h"

struct chunk {
	int64_t conv_id, after_user_id, limit;
};

static const struct db_field chunk_in[] = {
	DB_I64(struct chunk, conv_id),
	DB_I64(struct chunk, after_user_id),
	DB_I64(struct chunk, limit),
	DB_END,
};

static const struct db_field member_out[] = {
	DB_I64(struct news_member, user_id),
	DB_I64(struct news_member, joined_index),
	DB_END,
};

static const struct db_stmt members = {
	.name = "news.members",
	.sql = "SELECT user_id, joined_index FROM member WHERE conv_id = ? "
	       "AND user_id > ? AND left_index = 0 ORDER BY user_id LIMIT ?",
	.in = chunk_in,
	.in_size = sizeof(struct chunk),
	.out = member_out,
	.out_size = sizeof(struct news_member),
};

int news_sql_members(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after_user_id, int64_t limit, struct news_member **out,
    size_t *n_out, struct error *err)
{
	const struct chunk in = { conv_id, after_user_id, limit };

	return db_rows(db, &members, &in, a, out, n_out, err);
}

const struct db_stmt *const news_statements[] = { &members, NULL };
