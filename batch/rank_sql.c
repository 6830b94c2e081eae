#include "rank.h"

struct page {
	int64_t after, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_field users_out[] = {
	DB_I64(struct chat_drift_place, conv_id),
	DB_I64(struct chat_drift_place, user_id),
	DB_END,
};

static const struct db_stmt users = {
	.name = "rank.users",
	.sql = "SELECT 0, user_id FROM user_seq WHERE user_id > ? "
	       "ORDER BY user_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = users_out,
	.out_size = sizeof(struct chat_drift_place),
};

int rank_sql_users(struct db *db, struct arena *a, int64_t after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err)
{
	struct page in = { after, limit };

	return db_rows(db, &users, &in, a, out, n_out, err);
}

const struct db_stmt *const rank_statements[] = { &users, NULL };
