#include "im/conv/message_pin_sql.h"

static const struct db_field pin_fields[] = {
	DB_I64(struct pin, conv_id),
	DB_I64(struct pin, conv_index),
	DB_I64(struct pin, pin_index),
	DB_I64(struct pin, pinned_by),
	DB_I64(struct pin, pinned_ms),
	DB_END,
};

static const struct db_field place_in[] = {
	DB_I64(struct pin, conv_id),
	DB_I64(struct pin, conv_index),
	DB_END,
};

static const struct db_stmt has = {
	.name = "message_pin.has",
	.sql = "SELECT pin_index FROM pin "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = place_in,
	.in_size = sizeof(struct pin),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int message_pin_sql_has(struct db *db, struct arena *a, const struct pin *p,
    struct error *err)
{
	struct db_id row;

	return db_row(db, &has, p, a, &row, err);
}

static const struct db_stmt put = {
	.name = "message_pin.put",
	.sql = "INSERT INTO pin (conv_id, conv_index, pin_index, pinned_by, "
	       "pinned_ms) VALUES (?, ?, ?, ?, ?)",
	.in = pin_fields,
	.in_size = sizeof(struct pin),
};

int message_pin_sql_put(struct db *db, const struct pin *p, struct error *err)
{
	return db_exec(db, &put, p, NULL, err);
}

static const struct db_stmt drop = {
	.name = "message_pin.drop",
	.sql = "DELETE FROM pin WHERE conv_id = ? AND conv_index = ?",
	.in = place_in,
	.in_size = sizeof(struct pin),
};

int message_pin_sql_drop(struct db *db, const struct pin *p, struct error *err)
{
	return db_exec(db, &drop, p, NULL, err);
}

struct page {
	int64_t conv_id, before, floor, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, before),
	DB_I64(struct page, floor),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "message_pin.list",
	.sql = "SELECT conv_id, conv_index, pin_index, pinned_by, pinned_ms "
	       "FROM pin FORCE INDEX (pin_order) "
	       "WHERE conv_id = ? AND pin_index < ? AND conv_index >= ? "
	       "ORDER BY pin_index DESC LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = pin_fields,
	.out_size = sizeof(struct pin),
};

int message_pin_sql_list(struct db *db, struct arena *a, int64_t conv_id,
    int64_t floor, int64_t before, int64_t limit, struct pin **out,
    size_t *n_out, struct error *err)
{
	struct page in = { conv_id, before, floor, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

const struct db_stmt *const message_pin_statements[] = { &has, &put, &drop,
	&list, NULL };
