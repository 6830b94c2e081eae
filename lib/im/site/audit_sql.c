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

const struct db_stmt *const audit_statements[] = { &insert, NULL };
