#include "im/consumer/follow_sql.h"

struct after {
	int64_t consumer, part, after, limit;
};

static const struct db_field after_in[] = {
	DB_I64(struct after, after),
	DB_I64(struct after, limit),
	DB_END,
};

static const struct db_field place_out[] = {
	DB_I64(struct follow_place, msg_id),
	DB_I64(struct follow_place, conv_id),
	DB_I64(struct follow_place, conv_index),
	DB_END,
};

/* From the index alone: the primary key stands behind msg_id. */
static const struct db_stmt ids = {
	.name = "follow.ids",
	.sql = "SELECT msg_id, conv_id, conv_index "
	       "FROM entry FORCE INDEX (entry_msg) "
	       "WHERE msg_id > ? ORDER BY msg_id LIMIT ?",
	.in = after_in,
	.in_size = sizeof(struct after),
	.out = place_out,
	.out_size = sizeof(struct follow_place),
};

int follow_sql_ids(struct db *db, struct arena *a, int64_t after, int64_t limit,
    struct follow_place **out, size_t *n_out, struct error *err)
{
	const struct after in = { .after = after, .limit = limit };

	return db_rows(db, &ids, &in, a, out, n_out, err);
}

static const struct db_field log_out[] = {
	DB_I64(struct follow_log, conv_id),
	DB_I64(struct follow_log, head),
	DB_END,
};

static const struct db_stmt logs = {
	.name = "follow.logs",
	.sql = "SELECT conv_id, last_index FROM conv_seq "
	       "WHERE conv_id > ? ORDER BY conv_id LIMIT ?",
	.in = after_in,
	.in_size = sizeof(struct after),
	.out = log_out,
	.out_size = sizeof(struct follow_log),
};

int follow_sql_logs(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct follow_log **out, size_t *n_out, struct error *err)
{
	const struct after in = { .after = after, .limit = limit };

	return db_rows(db, &logs, &in, a, out, n_out, err);
}

static const struct db_field dirty_in[] = {
	DB_I64(struct after, consumer),
	DB_I64(struct after, part),
	DB_I64(struct after, after),
	DB_I64(struct after, limit),
	DB_END,
};

static const struct db_stmt dirty = {
	.name = "follow.dirty",
	.sql = "SELECT conv_id, head FROM log_dirty WHERE consumer = ? "
	       "AND part = ? AND conv_id > ? ORDER BY conv_id LIMIT ?",
	.in = dirty_in,
	.in_size = sizeof(struct after),
	.out = log_out,
	.out_size = sizeof(struct follow_log),
};

int follow_sql_dirty(struct db *db, struct arena *a,
    const struct follow_part *at, int64_t limit, struct follow_log **out,
    size_t *n_out, struct error *err)
{
	const struct after in = { at->consumer, at->part, at->after, limit };

	return db_rows(db, &dirty, &in, a, out, n_out, err);
}

struct done {
	int64_t consumer, part, conv_id, head;
};

static const struct db_field clean_in[] = {
	DB_I64(struct done, consumer),
	DB_I64(struct done, part),
	DB_I64(struct done, conv_id),
	DB_I64(struct done, head),
	DB_END,
};

static const struct db_stmt clean = {
	.name = "follow.clean",
	.sql = "DELETE FROM log_dirty WHERE consumer = ? AND part = ? "
	       "AND conv_id = ? AND head <= ?",
	.in = clean_in,
	.in_size = sizeof(struct done),
};

int follow_sql_clean(struct db *db, enum consumer consumer,
    const struct follow_log *row, struct error *err)
{
	const struct done in = { consumer, conv_part(row->conv_id),
		row->conv_id, row->head };

	return db_exec(db, &clean, &in, NULL, err);
}

const struct db_stmt *const follow_statements[] = { &ids, &logs, &dirty, &clean,
	NULL };

/* ---- cursors ---- */

struct wanted {
	struct str ids;
	int64_t consumer;
};

static const struct db_field wanted_in[] = {
	DB_STR(struct wanted, ids),
	DB_I64(struct wanted, consumer),
	DB_END,
};

static const struct db_field cursor_row[] = {
	DB_I64(struct follow_cursor, consumer),
	DB_I64(struct follow_cursor, conv_id),
	DB_I64(struct follow_cursor, done_index),
	DB_I64(struct follow_cursor, hi_index),
	DB_I64(struct follow_cursor, after_user_id),
	DB_END,
};

static const struct db_stmt cursors = {
	.name = "follow.cursors",
	.sql = "SELECT c.consumer, c.conv_id, c.done_index, c.hi_index, "
	       "c.after_user_id "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN log_cursor c ON c.consumer = ? "
	       "AND c.conv_id = j.id ORDER BY j.id",
	.in = wanted_in,
	.in_size = sizeof(struct wanted),
	.out = cursor_row,
	.out_size = sizeof(struct follow_cursor),
};

int follow_sql_cursors(struct db *db, struct arena *a, enum consumer consumer,
    const int64_t *conv_ids, size_t n, struct follow_cursor **out,
    size_t *n_out, struct error *err)
{
	const struct wanted in = { db_set(a, conv_ids, n), consumer };

	return db_rows(db, &cursors, &in, a, out, n_out, err);
}

struct move {
	struct follow_cursor was, now;
};

static const struct db_field move_in[] = {
	DB_I64(struct move, now.done_index),
	DB_I64(struct move, now.hi_index),
	DB_I64(struct move, now.after_user_id),
	DB_I64(struct move, was.consumer),
	DB_I64(struct move, was.conv_id),
	DB_I64(struct move, was.done_index),
	DB_I64(struct move, was.hi_index),
	DB_I64(struct move, was.after_user_id),
	DB_END,
};

static const struct db_stmt move = {
	.name = "follow.move",
	.sql = "UPDATE log_cursor SET done_index = ?, hi_index = ?, "
	       "after_user_id = ? WHERE consumer = ? AND conv_id = ? "
	       "AND done_index = ? AND hi_index = ? AND after_user_id = ?",
	.in = move_in,
	.in_size = sizeof(struct move),
};

int follow_sql_move(struct db *db, const struct follow_cursor *was,
    const struct follow_cursor *now, struct error *err)
{
	const struct move in = { *was, *now };
	int64_t n;

	if (db_exec(db, &move, &in, &n, err) < 0)
		return -1;
	return n > 0;
}

static const struct db_stmt insert = {
	.name = "follow.insert",
	.sql = "INSERT INTO log_cursor (consumer, conv_id, done_index, "
	       "hi_index, after_user_id) VALUES (?, ?, ?, ?, ?)",
	.in = cursor_row,
	.in_size = sizeof(struct follow_cursor),
};

int follow_sql_insert(struct db *db, const struct follow_cursor *row,
    struct error *err)
{
	return db_exec(db, &insert, row, NULL, err);
}

const struct db_stmt *const follow_cursor_statements[] = { &cursors, &move,
	&insert, NULL };
