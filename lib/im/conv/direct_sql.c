#include "im/conv/direct_sql.h"

struct pair {
	int64_t low, high, conv_id;
};

static const struct db_field pair_in[] = {
	DB_I64(struct pair, low),
	DB_I64(struct pair, high),
	DB_END,
};

static const struct db_field insert_in[] = {
	DB_I64(struct pair, low),
	DB_I64(struct pair, high),
	DB_I64(struct pair, conv_id),
	DB_END,
};

static const struct db_stmt find = {
	.name = "direct.find",
	.sql = "SELECT conv_id FROM direct WHERE low_id = ? AND high_id = ?",
	.in = pair_in,
	.in_size = sizeof(struct pair),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_stmt insert = {
	.name = "direct.insert",
	.sql = "INSERT INTO direct (low_id, high_id, conv_id) "
	       "VALUES (?, ?, ?)",
	.in = insert_in,
	.in_size = sizeof(struct pair),
};

int direct_sql_find(struct db *db, struct arena *a, int64_t low, int64_t high,
    int64_t *conv_id_out, struct error *err)
{
	struct pair in = { low, high, 0 };
	struct db_id row;
	int found = db_row(db, &find, &in, a, &row, err);

	if (found == 1)
		*conv_id_out = row.id;
	return found;
}

int direct_sql_insert(struct db *db, int64_t low, int64_t high, int64_t conv_id,
    struct error *err)
{
	struct pair in = { low, high, conv_id };

	return db_exec(db, &insert, &in, NULL, err);
}

const struct db_stmt *const direct_statements[] = { &find, &insert, NULL };
