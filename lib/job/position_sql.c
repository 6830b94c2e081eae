#include "job/position_sql.h"

#include "job/position.h"

#define ROW struct position_row

static const struct db_field get_in[] = { DB_STR(ROW, name), DB_END };
static const struct db_field get_out[] = { DB_STR(ROW, position), DB_END };
static const struct db_field put_in[] = {
	DB_STR(ROW, position),
	DB_STR(ROW, name),
	DB_STR(ROW, owner),
	DB_I64(ROW, fence),
	DB_END,
};

static const struct db_stmt get = {
	.name = "position.get",
	.sql = "SELECT position FROM lease WHERE name = ?",
	.in = get_in,
	.in_size = sizeof(ROW),
	.out = get_out,
	.out_size = sizeof(ROW),
};

static const struct db_stmt put = {
	.name = "position.put",
	.sql = "UPDATE lease SET position = ? "
	       "WHERE name = ? AND owner = ? AND fence = ?",
	.in = put_in,
	.in_size = sizeof(ROW),
};

int position_sql_get(struct db *db, struct arena *a, struct position_row *row,
    struct error *err)
{
	return db_row(db, &get, row, a, row, err);
}

int position_sql_put(struct db *db, const struct position_row *row,
    int64_t *matched_out, struct error *err)
{
	return db_exec(db, &put, row, matched_out, err);
}

const struct db_stmt *const job_position_statements[] = { &get, &put, NULL };
