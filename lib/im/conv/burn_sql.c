#include "im/conv/burn_sql.h"

static const struct db_field waiting_in[] = {
	DB_I64(struct mark, conv_id),
	DB_I64(struct mark, read_index),
	DB_I64(struct mark, user_id),
	DB_END,
};

static const struct db_field waiting_out[] = {
	DB_I64(struct burning, conv_id),
	DB_I64(struct burning, conv_index),
	DB_I64(struct burning, msg_id),
	DB_I64(struct burning, sender_id),
	DB_I64(struct burning, countable),
	DB_I64(struct burning, burn_s),
	DB_I64(struct burning, expires_ms),
	DB_END,
};

static const struct db_stmt waiting = {
	.name = "burn.waiting",
	.sql = "SELECT e.conv_id, e.conv_index, e.msg_id, e.sender_id, "
	       "e.flags & 2 = 0, e.burn_s, e.expires_ms "
	       "FROM entry_expiry x FORCE INDEX (entry_expiry_unread) "
	       "STRAIGHT_JOIN entry e "
	       "ON e.conv_id = x.conv_id AND e.conv_index = x.conv_index "
	       "WHERE x.conv_id = ? AND x.is_unread = 1 "
	       "AND x.conv_index <= ? AND e.sender_id <> ? "
	       "ORDER BY x.conv_index",
	.in = waiting_in,
	.in_size = sizeof(struct mark),
	.out = waiting_out,
	.out_size = sizeof(struct burning),
};

int burn_sql_waiting(struct db *db, struct arena *a, const struct mark *m,
    struct burning **out, size_t *n_out, struct error *err)
{
	return db_rows(db, &waiting, m, a, out, n_out, err);
}

static const struct db_field lit_in[] = {
	DB_I64(struct burning, expires_ms),
	DB_I64(struct burning, conv_id),
	DB_I64(struct burning, conv_index),
	DB_END,
};

static const struct db_stmt put_entry = {
	.name = "burn.put_entry",
	.sql = "UPDATE entry SET expires_ms = ? "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = lit_in,
	.in_size = sizeof(struct burning),
};

int burn_sql_put_entry(struct db *db, const struct burning *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &put_entry, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_stmt put_expiry = {
	.name = "burn.put_expiry",
	.sql = "UPDATE entry_expiry SET expires_ms = ?, is_unread = 0 "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = lit_in,
	.in_size = sizeof(struct burning),
};

int burn_sql_put_expiry(struct db *db, const struct burning *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &put_expiry, rows, n, sizeof(*rows), NULL, err);
}

const struct db_stmt *const burn_statements[] = { &waiting, &put_entry,
	&put_expiry, NULL };
