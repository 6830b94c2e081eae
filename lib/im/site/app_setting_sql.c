#include "im/site/app_setting_sql.h"

#define ROW struct app_setting_row

static const struct db_field key_in[] = {
	DB_I64(ROW, app_id),
	DB_STR(ROW, name),
	DB_END,
};

static const struct db_field row_in[] = {
	DB_I64(ROW, app_id),
	DB_STR(ROW, name),
	DB_I64(ROW, value),
	DB_END,
};

static const struct db_field value_out[] = {
	DB_I64(ROW, value),
	DB_END,
};

static const struct db_stmt get = {
	.name = "app_setting.get",
	.sql = "SELECT value FROM app_setting WHERE app_id = ? AND name = ?",
	.in = key_in,
	.in_size = sizeof(ROW),
	.out = value_out,
	.out_size = sizeof(ROW),
};

static const struct db_stmt put = {
	.name = "app_setting.put",
	.sql = "INSERT INTO app_setting (app_id, name, value) "
	       "VALUES (?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE value = VALUES(value)",
	.in = row_in,
	.in_size = sizeof(ROW),
};

static const struct db_stmt drop = {
	.name = "app_setting.drop",
	.sql = "DELETE FROM app_setting WHERE app_id = ? AND name = ?",
	.in = key_in,
	.in_size = sizeof(ROW),
};

int app_setting_sql_get(struct db *db, struct arena *a, ROW *row,
    struct error *err)
{
	ROW found;
	int rc = db_row(db, &get, row, a, &found, err);

	if (rc > 0)
		row->value = found.value;
	return rc;
}

int app_setting_sql_put(struct db *db, const ROW *row, struct error *err)
{
	return db_exec(db, &put, row, NULL, err);
}

int app_setting_sql_drop(struct db *db, const ROW *row, struct error *err)
{
	return db_exec(db, &drop, row, NULL, err);
}

const struct db_stmt *const app_setting_statements[] = { &get, NULL };
