#include "im/conv/erase_log_sql.h"

static const struct db_field put_in[] = {
	DB_I64(struct entry, flags),
	DB_I64(struct entry, state),
	DB_I64(struct entry, recalled_by),
	DB_I64(struct entry, version),
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt put = {
	.name = "erase_log.put",
	.sql = "UPDATE entry SET flags = ?, state = ?, recalled_by = ?, "
	       "version = ? WHERE conv_id = ? AND conv_index = ?",
	.in = put_in,
	.in_size = sizeof(struct entry),
};

static const struct db_field body_in[] = {
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt put_body = {
	.name = "erase_log.put_body",
	.sql = "UPDATE body SET content = '' "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = body_in,
	.in_size = sizeof(struct entry),
};

int erase_log_sql_put(struct db *db, const struct entry *e,
    int64_t *matched_out, struct error *err)
{
	if (db_exec(db, &put, e, matched_out, err) < 0)
		return -1;
	return db_exec(db, &put_body, e, NULL, err);
}

static const struct db_stmt close_chat = {
	.name = "erase_log.close",
	.sql = "UPDATE member SET refused = 2 WHERE conv_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int erase_log_sql_close(struct db *db, int64_t conv_id, struct error *err)
{
	struct db_id in = { conv_id };

	return db_exec(db, &close_chat, &in, NULL, err);
}

const struct db_stmt *const erase_log_statements[] = { &put, &put_body,
	&close_chat, NULL };
