#include "im/site/aged_sql.h"

#include "im/site/idem.h"

_Static_assert(IDEM_KEEP_MS == 86400000, "the time in this statement");

static const struct db_stmt answers = {
	.name = "site_aged.answers",
	.sql = "DELETE FROM idempotency WHERE created_ms <= " DB_NOW_MS
	       " - 86400000 ORDER BY created_ms LIMIT ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int site_aged_sql_answers(struct db *db, int64_t limit, int64_t *n_out,
    struct error *err)
{
	struct db_id in = { limit };

	return db_exec(db, &answers, &in, n_out, err);
}

struct range {
	int64_t key, before, limit;
};

static const struct db_field before_in[] = {
	DB_I64(struct range, before),
	DB_I64(struct range, limit),
	DB_END,
};

static const struct db_stmt audit = {
	.name = "site_aged.audit",
	.sql = "DELETE FROM audit WHERE audit_id < ? ORDER BY audit_id LIMIT ?",
	.in = before_in,
	.in_size = sizeof(struct range),
};

int site_aged_sql_audit(struct db *db, int64_t before_id, int64_t limit,
    int64_t *n_out, struct error *err)
{
	struct range in = { 0, before_id, limit };

	return db_exec(db, &audit, &in, n_out, err);
}

static const struct db_field range_in[] = {
	DB_I64(struct range, key),
	DB_I64(struct range, before),
	DB_I64(struct range, limit),
	DB_END,
};

static const struct db_stmt app_log = {
	.name = "site_aged.app_log",
	.sql = "DELETE FROM app_log WHERE app_id = ? AND seq < ? "
	       "ORDER BY seq LIMIT ?",
	.in = range_in,
	.in_size = sizeof(struct range),
};

int site_aged_sql_app_log(struct db *db, int64_t app_id, int64_t before_seq,
    int64_t limit, int64_t *n_out, struct error *err)
{
	struct range in = { app_id, before_seq, limit };

	return db_exec(db, &app_log, &in, n_out, err);
}

static const struct db_stmt apps = {
	.name = "site_aged.apps",
	.sql = "SELECT app_id FROM app WHERE app_id > ? "
	       "ORDER BY app_id LIMIT ?",
	.in = before_in,
	.in_size = sizeof(struct range),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int site_aged_sql_apps(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct db_id **out, size_t *n_out, struct error *err)
{
	struct range in = { 0, after, limit };

	return db_rows(db, &apps, &in, a, out, n_out, err);
}

const struct db_stmt *const site_aged_statements[] = { &answers, &audit,
	&app_log, &apps, NULL };
