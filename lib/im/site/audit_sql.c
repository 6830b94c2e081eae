#include "im/site/audit_sql.h"

static const struct db_field fields[] = { DB_I64(struct audit, audit_id),
	DB_I64(struct audit, at_ms), DB_I64(struct audit, app_id),
	DB_STR(struct audit, actor), DB_STR(struct audit, action),
	DB_I64(struct audit, user_id), DB_STR(struct audit, detail), DB_END };

static const struct db_stmt insert = {
	.name = "audit.insert",
	.sql = "INSERT INTO audit (audit_id, at_ms, app_id, actor, action, "
	       "user_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
	.in = fields,
	.in_size = sizeof(struct audit),
};

int audit_sql_insert(struct db *db, const struct audit *row, struct error *err)
{
	return db_exec(db, &insert, row, NULL, err);
}

struct scan {
	struct audit_query q;
	int64_t limit;
};

static const struct db_field scan_in[] = {
	DB_I64(struct scan, q.app_id),
	DB_I64(struct scan, q.from_ms),
	DB_I64(struct scan, q.before_ms),
	DB_I64(struct scan, q.before_ms),
	DB_I64(struct scan, q.before_id),
	DB_I64(struct scan, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "audit.list",
	.sql = "SELECT audit_id, at_ms, app_id, actor, action, user_id, detail "
	       "FROM audit FORCE INDEX (audit_app) WHERE app_id = ? "
	       "AND at_ms >= ? AND at_ms <= ? AND (at_ms < ? OR audit_id < ?) "
	       "ORDER BY at_ms DESC, audit_id DESC LIMIT ?",
	.in = scan_in,
	.in_size = sizeof(struct scan),
	.out = fields,
	.out_size = sizeof(struct audit),
};

int audit_sql_list(struct db *db, struct arena *a, const struct audit_query *q,
    struct audit **out, size_t *n_out, struct error *err)
{
	struct scan in = { *q, AUDIT_SCAN };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

const struct db_stmt *const audit_list_statements[] = { &list, NULL };
const struct db_stmt *const audit_statements[] = { &insert, NULL };
