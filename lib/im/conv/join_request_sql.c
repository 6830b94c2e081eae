#include "im/conv/join_request_sql.h"

static const struct db_field key_in[] = {
	DB_I64(struct join_request, conv_id),
	DB_I64(struct join_request, user_id),
	DB_END,
};

static const struct db_field row_fields[] = {
	DB_I64(struct join_request, conv_id),
	DB_I64(struct join_request, user_id),
	DB_I64(struct join_request, invited_by),
	DB_STR(struct join_request, message),
	DB_I64(struct join_request, asked_ms),
	DB_END,
};

static const struct db_stmt find = {
	.name = "join_request.find",
	.sql = "SELECT conv_id, user_id, invited_by, message, asked_ms "
	       "FROM join_request WHERE conv_id = ? AND user_id = ?",
	.in = key_in,
	.in_size = sizeof(struct join_request),
	.out = row_fields,
	.out_size = sizeof(struct join_request),
};

int join_request_sql_find(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct join_request *out, struct error *err)
{
	struct join_request in = { .conv_id = conv_id, .user_id = user_id };

	return db_row(db, &find, &in, a, out, err);
}

struct page {
	int64_t conv_id, after, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "join_request.list",
	.sql = "SELECT conv_id, user_id, invited_by, message, asked_ms "
	       "FROM join_request WHERE conv_id = ? AND user_id > ? "
	       "ORDER BY user_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = row_fields,
	.out_size = sizeof(struct join_request),
};

int join_request_sql_list(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after, int64_t limit, struct join_request **out, size_t *n_out,
    struct error *err)
{
	struct page in = { conv_id, after, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_stmt put = {
	.name = "join_request.put",
	.sql = "INSERT INTO join_request (conv_id, user_id, invited_by, "
	       "message, asked_ms) VALUES (?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE asked_ms = asked_ms",
	.in = row_fields,
	.in_size = sizeof(struct join_request),
};

int join_request_sql_put(struct db *db, const struct join_request *rows,
    size_t n, struct error *err)
{
	return db_exec_bulk(db, &put, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_stmt drop = {
	.name = "join_request.drop",
	.sql = "DELETE FROM join_request WHERE conv_id = ? AND user_id = ?",
	.in = key_in,
	.in_size = sizeof(struct join_request),
};

int join_request_sql_drop(struct db *db, const struct join_request *rows,
    size_t n, struct error *err)
{
	return db_exec_bulk(db, &drop, rows, n, sizeof(*rows), NULL, err);
}

const struct db_stmt *const join_request_statements[] = { &find, &list, &put,
	&drop, NULL };

static const struct db_field erase_in[] = {
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt erase = {
	.name = "join_request.erase",
	.sql = "DELETE FROM join_request WHERE user_id = ? LIMIT ?",
	.in = erase_in,
	.in_size = sizeof(struct page),
};

int join_request_sql_erase(struct db *db, int64_t user_id, int64_t limit,
    int64_t *n_out, struct error *err)
{
	struct page in = { .after = user_id, .limit = limit };

	return db_exec(db, &erase, &in, n_out, err);
}

const struct db_stmt *const join_request_erase_statements[] = { &erase, NULL };
