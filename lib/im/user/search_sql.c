#include "im/user/search_sql.h"

static const struct db_field part_fields[] = {
	DB_I64(struct search_part, app_id),
	DB_I64(struct search_part, place),
	DB_STR(struct search_part, part),
	DB_I64(struct search_part, user_id),
	DB_END,
};

static const struct db_field find_in[] = {
	DB_I64(struct search_page, app_id),
	DB_I64(struct search_page, place),
	DB_STR(struct search_page, like),
	DB_STR(struct search_page, after_part),
	DB_STR(struct search_page, after_part),
	DB_I64(struct search_page, after_user_id),
	DB_I64(struct search_page, limit),
	DB_END,
};

static const struct db_stmt find = {
	.name = "search.find",
	.sql = "SELECT p.app_id, p.place, p.part, p.user_id FROM user_part p "
	       "WHERE p.app_id = ? AND p.place = ? "
	       "AND p.part LIKE ?" DB_LIKE_ESCAPE
	       "AND (p.part > ? OR (p.part = ? AND p.user_id > ?)) "
	       "ORDER BY p.part, p.user_id LIMIT ?",
	.in = find_in,
	.in_size = sizeof(struct search_page),
	.out = part_fields,
	.out_size = sizeof(struct search_part),
};

int search_sql_find(struct db *db, struct arena *a,
    const struct search_page *page, struct search_part **out, size_t *n_out,
    struct error *err)
{
	return db_rows(db, &find, page, a, out, n_out, err);
}

static const struct db_stmt clear = {
	.name = "search.clear",
	.sql = "DELETE FROM user_part WHERE user_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int search_sql_clear(struct db *db, int64_t user_id, struct error *err)
{
	struct db_id in = { user_id };

	return db_exec(db, &clear, &in, NULL, err);
}

/* Of two equal parts of a user, one is kept. */
static const struct db_stmt put = {
	.name = "search.put",
	.sql = "INSERT INTO user_part (app_id, place, part, user_id) "
	       "VALUES (?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE place = VALUES(place)",
	.in = part_fields,
	.in_size = sizeof(struct search_part),
};

int search_sql_put(struct db *db, const struct search_part *parts, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &put, parts, n, sizeof(*parts), NULL, err);
}

const struct db_stmt *const search_statements[] = { &find, &clear, &put, NULL };
