#include "im/conv/expiry_sql.h"

static const struct db_field expiry_in[] = {
	DB_I64(struct expiry, conv_id),
	DB_I64(struct expiry, conv_index),
	DB_I64(struct expiry, expires_ms),
	DB_I64(struct expiry, is_unread),
	DB_END,
};

static const struct db_stmt put = {
	.name = "expiry.put",
	.sql = "INSERT INTO entry_expiry (conv_id, conv_index, expires_ms, "
	       "is_unread) VALUES (?, ?, ?, ?)",
	.in = expiry_in,
	.in_size = sizeof(struct expiry),
};

int expiry_sql_put(struct db *db, const struct expiry *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &put, rows, n, sizeof(*rows), NULL, err);
}

const struct db_stmt *const expiry_statements[] = { &put, NULL };

/* ---- removing ---- */

static const struct db_field due_out[] = {
	DB_I64(struct expired, conv_id),
	DB_I64(struct expired, conv_index),
	DB_I64(struct expired, expires_ms),
	DB_END,
};

static const struct db_stmt due = {
	.name = "expiry.due",
	.sql = "SELECT conv_id, conv_index, expires_ms FROM entry_expiry "
	       "FORCE INDEX (entry_expiry_time) "
	       "WHERE expires_ms > 0 AND expires_ms <= " DB_NOW_MS
	       " ORDER BY expires_ms LIMIT ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = due_out,
	.out_size = sizeof(struct expired),
};

int expiry_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct expired **out, size_t *n_out, struct error *err)
{
	struct db_id in = { limit };

	return db_rows(db, &due, &in, a, out, n_out, err);
}

static const struct db_field gone_in[] = {
	DB_I64(struct entry, state),
	DB_I64(struct entry, flags),
	DB_I64(struct entry, version),
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt put_gone = {
	.name = "expiry.put_gone",
	.sql = "UPDATE entry SET state = ?, flags = ?, version = ? "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = gone_in,
	.in_size = sizeof(struct entry),
};

static const struct db_field body_in[] = {
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt drop_body = {
	.name = "expiry.drop_body",
	.sql = "DELETE FROM body WHERE conv_id = ? AND conv_index = ?",
	.in = body_in,
	.in_size = sizeof(struct entry),
};

int expiry_sql_put_gone(struct db *db, const struct entry *e,
    int64_t *matched_out, struct error *err)
{
	if (db_exec(db, &put_gone, e, matched_out, err) < 0)
		return -1;
	return db_exec(db, &drop_body, e, NULL, err);
}

static const struct db_field drop_in[] = {
	DB_I64(struct expired, conv_id),
	DB_I64(struct expired, conv_index),
	DB_END,
};

static const struct db_stmt drop = {
	.name = "expiry.drop",
	.sql = "DELETE FROM entry_expiry WHERE conv_id = ? AND conv_index = ?",
	.in = drop_in,
	.in_size = sizeof(struct expired),
};

int expiry_sql_drop(struct db *db, const struct expired *x, struct error *err)
{
	return db_exec(db, &drop, x, NULL, err);
}

const struct db_stmt *const expiry_remove_statements[] = { &due, &put_gone,
	&drop_body, &drop, NULL };
