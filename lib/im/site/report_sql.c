#include "im/site/report_sql.h"

static const struct db_field report_fields[] = {
	DB_I64(struct report, app_id),
	DB_I64(struct report, report_id),
	DB_I64(struct report, user_id),
	DB_I64(struct report, msg_id),
	DB_I64(struct report, conv_id),
	DB_I64(struct report, conv_index),
	DB_I64(struct report, sender_id),
	DB_I64(struct report, reason),
	DB_STR(struct report, comment),
	DB_STR(struct report, snapshot),
	DB_I64(struct report, created_ms),
	DB_END,
};

#define COLUMNS                                                     \
	"app_id, report_id, user_id, msg_id, conv_id, conv_index, " \
	"sender_id, reason, comment, snapshot, created_ms"

static const struct db_stmt insert = {
	.name = "report.insert",
	.sql = "INSERT IGNORE INTO report (" COLUMNS
	       ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = report_fields,
	.in_size = sizeof(struct report),
};

int report_sql_insert(struct db *db, const struct report *r, struct error *err)
{
	return db_exec(db, &insert, r, NULL, err);
}

static const struct db_field find_in[] = {
	DB_I64(struct report, app_id),
	DB_I64(struct report, user_id),
	DB_I64(struct report, msg_id),
	DB_END,
};

static const struct db_stmt find = {
	.name = "report.find",
	.sql = "SELECT report_id FROM report "
	       "WHERE app_id = ? AND user_id = ? AND msg_id = ?",
	.in = find_in,
	.in_size = sizeof(struct report),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int report_sql_find(struct db *db, struct arena *a, const struct report *r,
    int64_t *report_id_out, struct error *err)
{
	struct db_id row = { 0 };
	int found = db_row(db, &find, r, a, &row, err);

	if (found > 0)
		*report_id_out = row.id;
	return found;
}

struct page {
	int64_t app_id, before_id, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, app_id),
	DB_I64(struct page, before_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "report.list",
	.sql = "SELECT " COLUMNS " FROM report "
	       "WHERE app_id = ? AND report_id < ? "
	       "ORDER BY report_id DESC LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = report_fields,
	.out_size = sizeof(struct report),
};

int report_sql_list(struct db *db, struct arena *a, int64_t app_id,
    int64_t before_id, int64_t limit, struct report **out, size_t *n_out,
    struct error *err)
{
	struct page in = { app_id, before_id, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

const struct db_stmt *const report_statements[] = { &insert, &find, NULL };
