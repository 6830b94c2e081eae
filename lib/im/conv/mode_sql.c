#include "im/conv/mode_sql.h"

#include "im/conv/mode.h"

static const struct db_field interval_in[] = {
	DB_I64(struct conv, conv_id),
	DB_I64(struct conv, last_index),
	DB_I64(struct conv, mode),
	DB_END,
};

/* Two switches between the same entries: the later one counts. */
static const struct db_stmt put_interval = {
	.name = "mode.put_interval",
	.sql = "INSERT INTO conv_mode (conv_id, from_index, mode) "
	       "VALUES (?, ? + 1, ?) "
	       "ON DUPLICATE KEY UPDATE mode = VALUES(mode)",
	.in = interval_in,
	.in_size = sizeof(struct conv),
};

static const struct db_field now_in[] = {
	DB_I64(struct conv, mode),
	DB_I64(struct conv, conv_id),
	DB_END,
};

static const struct db_stmt put_now = {
	.name = "mode.put_now",
	.sql = "UPDATE conversation SET mode = ? WHERE conv_id = ?",
	.in = now_in,
	.in_size = sizeof(struct conv),
};

int mode_sql_put(struct db *db, const struct conv *c, struct error *err)
{
	if (db_exec(db, &put_interval, c, NULL, err) < 0)
		return -1;
	return db_exec(db, &put_now, c, NULL, err);
}

const struct db_stmt *const mode_statements[] = { &put_interval, &put_now,
	NULL };
