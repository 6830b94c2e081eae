#include "im/conv/act_sql.h"

static const struct db_field target_in[] = {
	DB_I64(struct entry, flags),
	DB_I64(struct entry, state),
	DB_I64(struct entry, edited_ms),
	DB_I64(struct entry, recalled_by),
	DB_I64(struct entry, version),
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt put_target = {
	.name = "act.put_target",
	.sql = "UPDATE entry SET flags = ?, state = ?, edited_ms = ?, "
	       "recalled_by = ?, version = ? "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = target_in,
	.in_size = sizeof(struct entry),
};

int act_sql_put_target(struct db *db, const struct entry *e,
    int64_t *matched_out, struct error *err)
{
	return db_exec(db, &put_target, e, matched_out, err);
}

static const struct db_field body_in[] = {
	DB_STR(struct entry, body),
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt put_body = {
	.name = "act.put_body",
	.sql = "UPDATE body SET content = ? "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = body_in,
	.in_size = sizeof(struct entry),
};

int act_sql_put_body(struct db *db, const struct entry *e, struct error *err)
{
	return db_exec(db, &put_body, e, NULL, err);
}

const struct db_stmt *const act_statements[] = { &put_target, &put_body, NULL };
