#include "im/user/reminder_sql.h"

static const struct db_field reminder_fields[] = {
	DB_I64(struct reminder, user_id),
	DB_I64(struct reminder, msg_id),
	DB_I64(struct reminder, conv_id),
	DB_I64(struct reminder, conv_index),
	DB_I64(struct reminder, remind_ms),
	DB_STR(struct reminder, note),
	DB_END,
};

#define COLUMNS                                                       \
	"r.user_id, r.msg_id, r.conv_id, r.conv_index, r.remind_ms, " \
	"r.note FROM reminder r "

static const struct db_field key_in[] = {
	DB_I64(struct reminder, user_id),
	DB_I64(struct reminder, msg_id),
	DB_END,
};

static const struct db_stmt get = {
	.name = "reminder.get",
	.sql = "SELECT " COLUMNS "WHERE r.user_id = ? AND r.msg_id = ?",
	.in = key_in,
	.in_size = sizeof(struct reminder),
	.out = reminder_fields,
	.out_size = sizeof(struct reminder),
};

int reminder_sql_get(struct db *db, struct arena *a, const struct reminder *key,
    struct reminder *out, struct error *err)
{
	return db_row(db, &get, key, a, out, err);
}

static const struct db_stmt put = {
	.name = "reminder.put",
	.sql = "INSERT INTO reminder (user_id, msg_id, conv_id, conv_index, "
	       "remind_ms, note) VALUES (?, ?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE remind_ms = VALUES(remind_ms), "
	       "note = VALUES(note)",
	.in = reminder_fields,
	.in_size = sizeof(struct reminder),
};

int reminder_sql_put(struct db *db, const struct reminder *r, struct error *err)
{
	return db_exec(db, &put, r, NULL, err);
}

static const struct db_field delete_in[] = {
	DB_I64(struct reminder, user_id),
	DB_I64(struct reminder, msg_id),
	DB_I64(struct reminder, remind_ms),
	DB_END,
};

static const struct db_stmt drop = {
	.name = "reminder.delete",
	.sql = "DELETE FROM reminder "
	       "WHERE user_id = ? AND msg_id = ? AND remind_ms = ?",
	.in = delete_in,
	.in_size = sizeof(struct reminder),
};

int reminder_sql_delete(struct db *db, const struct reminder *r,
    struct error *err)
{
	int64_t removed;

	if (db_exec(db, &drop, r, &removed, err) < 0)
		return -1;
	return removed > 0;
}

struct page {
	int64_t user_id;
	struct reminder_place after;
	int64_t limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, user_id),
	DB_I64(struct page, after.remind_ms),
	DB_I64(struct page, after.remind_ms),
	DB_I64(struct page, after.msg_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "reminder.list",
	.sql = "SELECT " COLUMNS "FORCE INDEX (reminder_order) "
	       "WHERE r.user_id = ? AND r.remind_ms >= ? "
	       "AND (r.remind_ms > ? OR r.msg_id > ?) "
	       "ORDER BY r.remind_ms, r.msg_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = reminder_fields,
	.out_size = sizeof(struct reminder),
};

int reminder_sql_list(struct db *db, struct arena *a, int64_t user_id,
    const struct reminder_place *after, int64_t limit, struct reminder **out,
    size_t *n_out, struct error *err)
{
	struct page in = { user_id, *after, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_field due_in[] = {
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt due = {
	.name = "reminder.due",
	.sql = "SELECT " COLUMNS "FORCE INDEX (reminder_due) "
	       "WHERE r.remind_ms <= " DB_NOW_MS
	       " ORDER BY r.remind_ms, r.user_id, r.msg_id LIMIT ?",
	.in = due_in,
	.in_size = sizeof(struct page),
	.out = reminder_fields,
	.out_size = sizeof(struct reminder),
};

int reminder_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct reminder **out, size_t *n_out, struct error *err)
{
	struct page in = { .limit = limit };

	return db_rows(db, &due, &in, a, out, n_out, err);
}

const struct db_stmt *const reminder_statements[] = { &get, &put, &drop, &list,
	NULL };
const struct db_stmt *const reminder_list_statements[] = { &list, NULL };
const struct db_stmt *const reminder_due_statements[] = { &drop, &due, NULL };
