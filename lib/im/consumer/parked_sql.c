#include "im/consumer/parked_sql.h"

static const struct db_field put_in[] = {
	DB_STR(struct parked, reason),
	DB_I64(struct parked, consumer),
	DB_I64(struct parked, part),
	DB_I64(struct parked, conv_id),
	DB_END,
};

static const struct db_stmt put = {
	.name = "parked.put",
	.sql = "UPDATE log_dirty SET parked_ms = " DB_NOW_MS ", reason = ? "
	       "WHERE consumer = ? AND part = ? AND conv_id = ? "
	       "AND parked_ms = 0",
	.in = put_in,
	.in_size = sizeof(struct parked),
};

int parked_sql_put(struct db *db, const struct parked *p, int64_t *matched_out,
    struct error *err)
{
	return db_exec(db, &put, p, matched_out, err);
}

struct page {
	int64_t consumer, part, conv_id, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, consumer),
	DB_I64(struct page, part),
	DB_I64(struct page, part),
	DB_I64(struct page, conv_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_field list_out[] = {
	DB_I64(struct parked, consumer),
	DB_I64(struct parked, part),
	DB_I64(struct parked, conv_id),
	DB_I64(struct parked, head),
	DB_I64(struct parked, since_ms),
	DB_I64(struct parked, done_index),
	DB_I64(struct parked, parked_ms),
	DB_STR(struct parked, reason),
	DB_END,
};

/* Reads the work of a partition, which is short, for the few that are parked:
 * an index of these would cost every send. */
static const struct db_stmt list = {
	.name = "parked.list",
	.sql = "SELECT d.consumer, d.part, d.conv_id, d.head, d.since_ms, "
	       "c.done_index, d.parked_ms, d.reason FROM log_dirty d "
	       "LEFT JOIN log_cursor c ON c.consumer = d.consumer "
	       "AND c.conv_id = d.conv_id "
	       "WHERE d.consumer = ? AND d.part >= ? "
	       "AND (d.part > ? OR d.conv_id > ?) AND d.parked_ms > 0 "
	       "ORDER BY d.consumer, d.part, d.conv_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = list_out,
	.out_size = sizeof(struct parked),
};

int parked_sql_list(struct db *db, struct arena *a, const struct parked *after,
    int64_t limit, struct parked **out, size_t *n_out, struct error *err)
{
	struct page in = { after->consumer, after->part, after->conv_id,
		limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_field requeue_in[] = {
	DB_I64(struct parked, consumer),
	DB_I64(struct parked, part),
	DB_I64(struct parked, conv_id),
	DB_END,
};

static const struct db_stmt requeue = {
	.name = "parked.requeue",
	.sql = "UPDATE log_dirty SET parked_ms = 0, reason = NULL "
	       "WHERE consumer = ? AND part = ? AND conv_id = ? "
	       "AND parked_ms > 0",
	.in = requeue_in,
	.in_size = sizeof(struct parked),
};

int parked_sql_requeue(struct db *db, const struct parked *rows, size_t n,
    int64_t *matched_out, struct error *err)
{
	return db_exec_bulk(db, &requeue, rows, n, sizeof(*rows), matched_out,
	    err);
}

#define DROP struct parked_drop
static const struct db_field hold_in[] = {
	DB_I64(DROP, row.consumer),
	DB_I64(DROP, row.part),
	DB_I64(DROP, row.conv_id),
	DB_END,
};

static const struct db_field hold_out[] = {
	DB_I64(DROP, row.consumer),
	DB_I64(DROP, row.part),
	DB_I64(DROP, row.conv_id),
	DB_I64(DROP, row.head),
	DB_I64(DROP, row.done_index),
	DB_I64(DROP, hi_index),
	DB_I64(DROP, after_user_id),
	DB_I64(DROP, row.parked_ms),
	DB_STR(DROP, row.reason),
	DB_END,
};

static const struct db_stmt hold = {
	.name = "parked.hold",
	.sql = "SELECT d.consumer, d.part, d.conv_id, d.head, c.done_index, "
	       "c.hi_index, c.after_user_id, d.parked_ms, d.reason "
	       "FROM log_dirty d "
	       "LEFT JOIN log_cursor c ON c.consumer = d.consumer "
	       "AND c.conv_id = d.conv_id "
	       "WHERE d.consumer = ? AND d.part = ? AND d.conv_id = ? "
	       "FOR UPDATE",
	.in = hold_in,
	.in_size = sizeof(DROP),
	.out = hold_out,
	.out_size = sizeof(DROP),
};

int parked_sql_hold(struct db *db, struct arena *a, struct parked_drop *d,
    struct error *err)
{
	const struct parked_drop in = *d;
	int found = db_row(db, &hold, &in, a, d, err);

	d->upto = in.upto;
	return found > 0 ? d->row.parked_ms > 0 : found;
}

static const struct db_field move_in[] = {
	DB_I64(DROP, row.consumer),
	DB_I64(DROP, row.conv_id),
	DB_I64(DROP, row.done_index),
	DB_I64(DROP, hi_index),
	DB_I64(DROP, after_user_id),
	DB_END,
};

static const struct db_stmt move = {
	.name = "parked.move",
	.sql = "INSERT INTO log_cursor (consumer, conv_id, done_index, "
	       "hi_index, after_user_id) VALUES (?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE done_index = VALUES(done_index), "
	       "hi_index = VALUES(hi_index), "
	       "after_user_id = VALUES(after_user_id)",
	.in = move_in,
	.in_size = sizeof(DROP),
};

int parked_sql_move(struct db *db, const struct parked_drop *d,
    struct error *err)
{
	return db_exec(db, &move, d, NULL, err);
}

static const struct db_field clean_in[] = {
	DB_I64(DROP, row.consumer),
	DB_I64(DROP, row.part),
	DB_I64(DROP, row.conv_id),
	DB_I64(DROP, row.done_index),
	DB_END,
};

static const struct db_stmt clean = {
	.name = "parked.clean",
	.sql = "DELETE FROM log_dirty WHERE consumer = ? AND part = ? "
	       "AND conv_id = ? AND head <= ?",
	.in = clean_in,
	.in_size = sizeof(DROP),
};

int parked_sql_clean(struct db *db, const struct parked_drop *d,
    struct error *err)
{
	return db_exec(db, &clean, d, NULL, err);
}

const struct db_stmt *const parked_drop_statements[] = { &hold, &move, &clean,
	NULL };
const struct db_stmt *const parked_statements[] = { &put, &list, &requeue,
	NULL };
