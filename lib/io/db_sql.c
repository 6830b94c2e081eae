/* The statements of lib/io/db itself. */
#include "io/db.h"

int db_now_ms(struct db *db, int64_t *now_ms_out, struct error *err)
{
	static const struct db_stmt now = {
		.name = "db.now",
		.sql = "SELECT " DB_NOW_MS,
		.out = db_in_id,
		.out_size = sizeof(struct db_id),
	};
	struct db_id row = { 0 };

	if (db_row(db, &now, NULL, NULL, &row, err) < 0)
		return -1;
	*now_ms_out = row.id;
	return 0;
}
