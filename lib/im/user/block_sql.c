#include "im/user/block_sql.h"

static const struct db_field block_fields[] = {
	DB_I64(struct block, user_id),
	DB_I64(struct block, blocked_id),
	DB_I64(struct block, blocked_ms),
	DB_END,
};

static const struct db_field key_in[] = {
	DB_I64(struct block, user_id),
	DB_I64(struct block, blocked_id),
	DB_END,
};

static const struct db_stmt has = {
	.name = "block.has",
	.sql = "SELECT user_id, blocked_id, blocked_ms FROM block "
	       "WHERE user_id = ? AND blocked_id = ?",
	.in = key_in,
	.in_size = sizeof(struct block),
	.out = block_fields,
	.out_size = sizeof(struct block),
};

int block_sql_has(struct db *db, struct arena *a, int64_t user_id,
    int64_t blocked_id, struct error *err)
{
	struct block row = { user_id, blocked_id, 0 };

	return db_row(db, &has, &row, a, &row, err);
}

struct by {
	struct str users;
	int64_t blocked_id;
};

static const struct db_field by_in[] = {
	DB_STR(struct by, users),
	DB_I64(struct by, blocked_id),
	DB_END,
};

static const struct db_stmt by = {
	.name = "block.by",
	.sql = "SELECT b.user_id "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN block b ON b.user_id = j.id "
	       "AND b.blocked_id = ?",
	.in = by_in,
	.in_size = sizeof(struct by),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int block_sql_by(struct db *db, struct arena *a, struct str users,
    int64_t blocked_id, struct db_id **out, size_t *n_out, struct error *err)
{
	struct by in = { users, blocked_id };

	return db_rows(db, &by, &in, a, out, n_out, err);
}

struct page {
	int64_t user_id, after_id, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, user_id),
	DB_I64(struct page, after_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "block.list",
	.sql = "SELECT user_id, blocked_id, blocked_ms FROM block "
	       "WHERE user_id = ? AND blocked_id > ? "
	       "ORDER BY blocked_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = block_fields,
	.out_size = sizeof(struct block),
};

int block_sql_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t after_id, int64_t limit, struct block **out, size_t *n_out,
    struct error *err)
{
	struct page in = { user_id, after_id, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_stmt count = {
	.name = "block.count",
	.sql = "SELECT COUNT(*) FROM block WHERE user_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int block_sql_count(struct db *db, struct arena *a, int64_t user_id,
    int64_t *n_out, struct error *err)
{
	struct db_id row = { user_id };

	if (db_row(db, &count, &row, a, &row, err) < 0)
		return -1;
	*n_out = row.id;
	return 0;
}

static const struct db_stmt insert = {
	.name = "block.insert",
	.sql = "INSERT IGNORE INTO block (user_id, blocked_id, blocked_ms) "
	       "VALUES (?, ?, ?)",
	.in = block_fields,
	.in_size = sizeof(struct block),
};

int block_sql_insert(struct db *db, const struct block *b, struct error *err)
{
	int64_t changed;

	if (db_exec(db, &insert, b, &changed, err) < 0)
		return -1;
	return changed > 0;
}

static const struct db_stmt drop = {
	.name = "block.delete",
	.sql = "DELETE FROM block WHERE user_id = ? AND blocked_id = ?",
	.in = key_in,
	.in_size = sizeof(struct block),
};

int block_sql_delete(struct db *db, const struct block *b, struct error *err)
{
	int64_t changed;

	if (db_exec(db, &drop, b, &changed, err) < 0)
		return -1;
	return changed > 0;
}

const struct db_stmt *const block_statements[] = { &has, &by, &list, &count,
	&insert, &drop, NULL };
const struct db_stmt *const block_reader_statements[] = { &has, &by, NULL };
const struct db_stmt *const block_list_statements[] = { &list, NULL };
