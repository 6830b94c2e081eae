#include "im/user/user_setting_sql.h"

static const struct db_field fields[] = {
	DB_I64(struct user_setting, user_id),
	DB_I64(struct user_setting, dnd.from),
	DB_I64(struct user_setting, dnd.to),
	DB_I64(struct user_setting, dnd.days),
	DB_STR(struct user_setting, dnd.tz),
	DB_I64(struct user_setting, push_preview),
	DB_I64(struct user_setting, read_receipts),
	DB_I64(struct user_setting, last_seen),
	DB_I64(struct user_setting, add_to_groups),
	DB_STR(struct user_setting, meta),
	DB_END,
};

static const struct db_stmt load = {
	.name = "user_setting.load",
	.sql = "SELECT s.user_id, s.dnd_from, s.dnd_to, s.dnd_days, s.dnd_tz, "
	       "s.push_preview, s.read_receipts, s.last_seen, "
	       "s.add_to_groups, s.meta "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN user_setting s FORCE INDEX (PRIMARY) "
	       "ON s.user_id = j.id",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = fields,
	.out_size = sizeof(struct user_setting),
};

int user_setting_sql_load(struct db *db, struct arena *a, struct str ids,
    struct user_setting **out, size_t *n_out, struct error *err)
{
	struct db_text in = { ids };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

static const struct db_stmt put = {
	.name = "user_setting.put",
	.sql = "INSERT INTO user_setting (user_id, dnd_from, dnd_to, dnd_days, "
	       "dnd_tz, push_preview, read_receipts, last_seen, "
	       "add_to_groups, meta) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE dnd_from = VALUES(dnd_from), "
	       "dnd_to = VALUES(dnd_to), dnd_days = VALUES(dnd_days), "
	       "dnd_tz = VALUES(dnd_tz), push_preview = VALUES(push_preview), "
	       "read_receipts = VALUES(read_receipts), "
	       "last_seen = VALUES(last_seen), "
	       "add_to_groups = VALUES(add_to_groups), meta = VALUES(meta)",
	.in = fields,
	.in_size = sizeof(struct user_setting),
};

int user_setting_sql_put(struct db *db, const struct user_setting *s,
    struct error *err)
{
	return db_exec(db, &put, s, NULL, err);
}

const struct db_stmt *const user_setting_statements[] = { &load, &put, NULL };
const struct db_stmt *const user_setting_reader_statements[] = { &load, NULL };
