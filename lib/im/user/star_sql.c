#include "im/user/star_sql.h"

static const struct db_field star_fields[] = {
	DB_I64(struct star, user_id),
	DB_I64(struct star, msg_id),
	DB_I64(struct star, conv_id),
	DB_I64(struct star, conv_index),
	DB_I64(struct star, starred_ms),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "star.insert",
	.sql = "INSERT IGNORE INTO star (user_id, msg_id, conv_id, conv_index, "
	       "starred_ms) VALUES (?, ?, ?, ?, ?)",
	.in = star_fields,
	.in_size = sizeof(struct star),
};

int star_sql_insert(struct db *db, const struct star *s, struct error *err)
{
	int64_t changed;

	if (db_exec(db, &insert, s, &changed, err) < 0)
		return -1;
	return changed > 0;
}

static const struct db_field key_in[] = {
	DB_I64(struct star, user_id),
	DB_I64(struct star, msg_id),
	DB_END,
};

static const struct db_stmt drop = {
	.name = "star.delete",
	.sql = "DELETE FROM star WHERE user_id = ? AND msg_id = ?",
	.in = key_in,
	.in_size = sizeof(struct star),
};

int star_sql_delete(struct db *db, const struct star *s, struct error *err)
{
	int64_t changed;

	if (db_exec(db, &drop, s, &changed, err) < 0)
		return -1;
	return changed > 0;
}

struct page {
	int64_t user_id;
	struct star_place after;
	int64_t limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, user_id),
	DB_I64(struct page, after.starred_ms),
	DB_I64(struct page, after.starred_ms),
	DB_I64(struct page, after.msg_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "star.list",
	.sql = "SELECT s.user_id, s.msg_id, s.conv_id, s.conv_index, "
	       "s.starred_ms FROM star s FORCE INDEX (star_order) "
	       "WHERE s.user_id = ? AND s.starred_ms <= ? "
	       "AND (s.starred_ms < ? OR s.msg_id < ?) "
	       "ORDER BY s.starred_ms DESC, s.msg_id DESC LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = star_fields,
	.out_size = sizeof(struct star),
};

int star_sql_list(struct db *db, struct arena *a, int64_t user_id,
    const struct star_place *after, int64_t limit, struct star **out,
    size_t *n_out, struct error *err)
{
	struct page in = { user_id, *after, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

const struct db_stmt *const star_statements[] = { &insert, &drop, &list, NULL };
const struct db_stmt *const star_list_statements[] = { &list, NULL };
