#include "im/conv/archive_move_sql.h"

#include "im/conv/entry_row.h"
#include "im/site/consumer.h"

struct after {
	int64_t after, limit;
};

static const struct db_field after_in[] = {
	DB_I64(struct after, after),
	DB_I64(struct after, limit),
	DB_END,
};

static const struct db_field log_out[] = {
	DB_I64(struct archive_log, conv_id),
	DB_I64(struct archive_log, last_index),
	DB_I64(struct archive_log, archived_index),
	DB_I64(struct archive_log, oldest_ms),
	DB_I64(struct archive_log, now_ms),
	DB_END,
};

static const struct db_stmt logs = {
	.name = "archive_move.logs",
	.sql = "SELECT s.conv_id, s.last_index, s.archived_index, "
	       "e.sent_ms, " DB_NOW_MS " FROM conv_seq s LEFT JOIN entry e "
	       "ON e.conv_id = s.conv_id "
	       "AND e.conv_index = s.archived_index + 1 "
	       "WHERE s.conv_id > ? ORDER BY s.conv_id LIMIT ?",
	.in = after_in,
	.in_size = sizeof(struct after),
	.out = log_out,
	.out_size = sizeof(struct archive_log),
};

int archive_move_sql_logs(struct db *db, struct arena *a, int64_t after_id,
    int64_t limit, struct archive_log **out, size_t *n_out, struct error *err)
{
	struct after in = { after_id, limit };

	return db_rows(db, &logs, &in, a, out, n_out, err);
}

/* ---- what may go ---- */

static const struct db_field limits_in[] = {
	DB_I64(struct db_id, id),
	DB_I64(struct db_id, id),
	DB_END,
};

static const struct db_field limits_out[] = {
	DB_I64(struct archive_limits, done_index),
	DB_I64(struct archive_limits, waiting_index),
	DB_END,
};

_Static_assert(CONSUMER_FANOUT == 1, "the consumer in this statement");

/* Consumers follow fan-out, and those that have cursors here read what they
 * have not passed as it is, in the archive or not. */
static const struct db_stmt limits = {
	.name = "archive_move.limits",
	.sql = "SELECT (SELECT f.done_index FROM log_cursor f "
	       "WHERE f.consumer = 1 AND f.conv_id = ?), "
	       "(SELECT MIN(x.conv_index) FROM entry_expiry x "
	       "FORCE INDEX (entry_expiry_unread) "
	       "WHERE x.conv_id = ? AND x.is_unread = 1)",
	.in = limits_in,
	.in_size = sizeof(struct db_id),
	.out = limits_out,
	.out_size = sizeof(struct archive_limits),
};

int archive_move_sql_limits(struct db *db, struct arena *a, int64_t conv_id,
    struct archive_limits *out, struct error *err)
{
	struct db_id in = { conv_id };

	return db_row(db, &limits, &in, a, out, err) < 0 ? -1 : 0;
}

/* ---- rows ---- */

static const struct db_field range_in[] = {
	DB_I64(struct archive_range, conv_id),
	DB_I64(struct archive_range, lo),
	DB_I64(struct archive_range, hi),
	DB_END,
};

static const struct db_field rows_out[] = {
	ENTRY_OUT(struct segment_entry, e.),
	DB_STR(struct segment_entry, fingerprint),
	DB_END,
};

static const struct db_stmt rows = {
	.name = "archive_move.rows",
	.sql = "SELECT " ENTRY_COLUMNS ", e.fingerprint FROM entry e " BODY_JOIN
	       "WHERE e.conv_id = ? AND e.conv_index BETWEEN ? AND ? "
	       "ORDER BY e.conv_index FOR UPDATE",
	.in = range_in,
	.in_size = sizeof(struct archive_range),
	.out = rows_out,
	.out_size = sizeof(struct segment_entry),
};

int archive_move_sql_rows(struct db *db, struct arena *a,
    const struct archive_range *range, struct segment_entry **out,
    size_t *n_out, struct error *err)
{
	return db_rows(db, &rows, range, a, out, n_out, err);
}

static const struct db_stmt drop_entries = {
	.name = "archive_move.drop_entries",
	.sql = "DELETE FROM entry "
	       "WHERE conv_id = ? AND conv_index BETWEEN ? AND ?",
	.in = range_in,
	.in_size = sizeof(struct archive_range),
};

static const struct db_stmt drop_bodies = {
	.name = "archive_move.drop_bodies",
	.sql = "DELETE FROM body "
	       "WHERE conv_id = ? AND conv_index BETWEEN ? AND ?",
	.in = range_in,
	.in_size = sizeof(struct archive_range),
};

int archive_move_sql_drop_rows(struct db *db, const struct archive_range *range,
    const struct db_expect *entries, struct error *err)
{
	if (db_exec_expect(db, &drop_entries, range, 1, sizeof(*range), entries,
		err) < 0)
		return -1;
	return db_exec(db, &drop_bodies, range, NULL, err);
}

static const struct db_field entry_in[] = {
	DB_I64(struct segment_entry, e.conv_id),
	DB_I64(struct segment_entry, e.conv_index),
	DB_I64(struct segment_entry, e.msg_id),
	DB_I64(struct segment_entry, e.sender_id),
	DB_STR(struct segment_entry, e.client_msg_id),
	DB_I64(struct segment_entry, e.kind),
	DB_I64(struct segment_entry, e.type),
	DB_I64(struct segment_entry, e.flags),
	DB_I64(struct segment_entry, e.state),
	DB_I64(struct segment_entry, e.ordinal),
	DB_I64(struct segment_entry, e.own_ordinal),
	DB_I64(struct segment_entry, e.sent_ms),
	DB_I64(struct segment_entry, e.target_index),
	DB_I64(struct segment_entry, e.reply_index),
	DB_I64(struct segment_entry, e.edited_ms),
	DB_I64(struct segment_entry, e.recalled_by),
	DB_I64(struct segment_entry, e.expires_ms),
	DB_I64(struct segment_entry, e.burn_s),
	DB_I64(struct segment_entry, e.version),
	DB_STR(struct segment_entry, fingerprint),
	DB_END,
};

static const struct db_stmt put_entry = {
	.name = "archive_move.put_entry",
	.sql = "INSERT INTO entry (conv_id, conv_index, msg_id, sender_id, "
	       "client_msg_id, kind, type, flags, state, ordinal, "
	       "own_ordinal, sent_ms, target_index, reply_index, edited_ms, "
	       "recalled_by, expires_ms, burn_s, version, fingerprint) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
	       "?, ?, ?)",
	.in = entry_in,
	.in_size = sizeof(struct segment_entry),
};

static const struct db_field body_in[] = {
	DB_I64(struct segment_entry, e.conv_id),
	DB_I64(struct segment_entry, e.conv_index),
	DB_STR(struct segment_entry, e.body),
	DB_END,
};

static const struct db_stmt put_body = {
	.name = "archive_move.put_body",
	.sql = "INSERT INTO body (conv_id, conv_index, content) "
	       "VALUES (?, ?, ?)",
	.in = body_in,
	.in_size = sizeof(struct segment_entry),
};

int archive_move_sql_put_rows(struct db *db, const struct segment_entry *list,
    size_t n, struct error *err)
{
	if (db_exec_bulk(db, &put_entry, list, n, sizeof(*list), NULL, err) < 0)
		return -1;
	/* What has expired has no body. */
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && list[end].e.body.p;)
			end++;
		if (end == i)
			end++;
		else if (db_exec_bulk(db, &put_body, list + i, end - i,
			     sizeof(*list), NULL, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- the segment ---- */

static const struct db_field put_in[] = {
	DB_I64(struct archive_row, conv_id),
	DB_I64(struct archive_row, to_index),
	DB_I64(struct archive_row, from_index),
	DB_I64(struct archive_row, ordinal),
	DB_I64(struct archive_row, made_ms),
	DB_I64(struct archive_row, raw_bytes),
	DB_STR(struct archive_row, checksum),
	DB_STR(struct archive_row, content),
	DB_END,
};

static const struct db_stmt put = {
	.name = "archive_move.put",
	.sql = "INSERT INTO segment (conv_id, to_index, from_index, ordinal, "
	       "made_ms, raw_bytes, checksum, content) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	.in = put_in,
	.in_size = sizeof(struct archive_row),
};

int archive_move_sql_put(struct db *db, const struct archive_row *row,
    struct error *err)
{
	return db_exec(db, &put, row, NULL, err);
}

static const struct db_field sender_in[] = {
	DB_I64(struct archive_sender, conv_id),
	DB_I64(struct archive_sender, sender_id),
	DB_I64(struct archive_sender, to_index),
	DB_I64(struct archive_sender, ordinal),
	DB_I64(struct archive_sender, last_ms),
	DB_END,
};

static const struct db_stmt put_sender = {
	.name = "archive_move.put_sender",
	.sql = "INSERT INTO segment_sender (conv_id, sender_id, to_index, "
	       "ordinal, last_ms) VALUES (?, ?, ?, ?, ?)",
	.in = sender_in,
	.in_size = sizeof(struct archive_sender),
};

int archive_move_sql_put_senders(struct db *db, const struct archive_sender *s,
    size_t n, struct error *err)
{
	return db_exec_bulk(db, &put_sender, s, n, sizeof(*s), NULL, err);
}

static const struct db_field place_in[] = {
	DB_I64(struct archive_place, conv_id),
	DB_I64(struct archive_place, client_hash),
	DB_I64(struct archive_place, conv_index),
	DB_I64(struct archive_place, msg_id),
	DB_END,
};

static const struct db_stmt put_place = {
	.name = "archive_move.put_place",
	.sql = "INSERT INTO archived (conv_id, client_hash, conv_index, "
	       "msg_id) VALUES (?, ?, ?, ?)",
	.in = place_in,
	.in_size = sizeof(struct archive_place),
};

int archive_move_sql_put_places(struct db *db, const struct archive_place *p,
    size_t n, struct error *err)
{
	return db_exec_bulk(db, &put_place, p, n, sizeof(*p), NULL, err);
}

static const struct db_field key_in[] = {
	DB_I64(struct archive_row, conv_id),
	DB_I64(struct archive_row, to_index),
	DB_END,
};

static const struct db_stmt drop = {
	.name = "archive_move.drop",
	.sql = "DELETE FROM segment WHERE conv_id = ? AND to_index = ?",
	.in = key_in,
	.in_size = sizeof(struct archive_row),
};

/* A restore is rare: it reads all rows of the log. */
static const struct db_stmt drop_senders = {
	.name = "archive_move.drop_senders",
	.sql = "DELETE FROM segment_sender WHERE conv_id = ? AND to_index = ?",
	.in = key_in,
	.in_size = sizeof(struct archive_row),
};

static const struct db_field drop_place_in[] = {
	DB_I64(struct archive_place, conv_id),
	DB_I64(struct archive_place, client_hash),
	DB_I64(struct archive_place, conv_index),
	DB_END,
};

static const struct db_stmt drop_places = DB_MANY("archive_move.drop_places",
    "DELETE r FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
    "h BIGINT PATH '$[1]', i BIGINT PATH '$[2]')) j "
    "STRAIGHT_JOIN archived r ON r.conv_id = j.c AND r.client_hash = j.h "
    "AND r.conv_index = j.i");

static const struct db_stmt drop_place = {
	.name = "archive_move.drop_place",
	.sql = "DELETE FROM archived WHERE conv_id = ? AND client_hash = ? "
	       "AND conv_index = ?",
	.in = drop_place_in,
	.in_size = sizeof(struct archive_place),
	.many = &drop_places,
};

int archive_move_sql_drop(struct db *db, const struct archive_row *row,
    const struct archive_place *p, size_t n, struct error *err)
{
	const struct db_expect all = { (int64_t)n, ERR_INTERNAL,
		"a segment has entries that are nowhere" };

	if (db_exec(db, &drop, row, NULL, err) < 0 ||
	    db_exec(db, &drop_senders, row, NULL, err) < 0)
		return -1;
	return db_exec_expect(db, &drop_place, p, n, sizeof(*p), &all, err);
}

/* ---- counts ---- */

static const struct db_field base_in[] = {
	DB_I64(struct archive_sender, conv_id),
	DB_I64(struct archive_sender, sender_id),
	DB_I64(struct archive_sender, to_index),
	DB_I64(struct archive_sender, ordinal),
	DB_END,
};

static const struct db_stmt put_base = {
	.name = "archive_move.put_base",
	.sql = "INSERT INTO log_base (conv_id, sender_id, base_index, "
	       "ordinal) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
	       "base_index = VALUES(base_index), ordinal = VALUES(ordinal)",
	.in = base_in,
	.in_size = sizeof(struct archive_sender),
};

int archive_move_sql_put_bases(struct db *db, const struct archive_sender *s,
    size_t n, struct error *err)
{
	return db_exec_bulk(db, &put_base, s, n, sizeof(*s), NULL, err);
}

static const struct db_field conv_in[] = {
	DB_I64(struct archive_row, conv_id),
	DB_END,
};

static const struct db_stmt clear_bases = {
	.name = "archive_move.clear_bases",
	.sql = "DELETE FROM log_base WHERE conv_id = ?",
	.in = conv_in,
	.in_size = sizeof(struct archive_row),
};

static const struct db_stmt sender_bases = {
	.name = "archive_move.sender_bases",
	.sql = "INSERT INTO log_base (conv_id, sender_id, base_index, "
	       "ordinal) SELECT conv_id, sender_id, MAX(to_index), "
	       "MAX(ordinal) FROM segment_sender "
	       "WHERE conv_id = ? AND sender_id > 0 "
	       "GROUP BY conv_id, sender_id",
	.in = conv_in,
	.in_size = sizeof(struct archive_row),
};

static const struct db_stmt log_base = {
	.name = "archive_move.log_base",
	.sql = "INSERT INTO log_base (conv_id, sender_id, base_index, "
	       "ordinal) SELECT conv_id, 0, to_index, ordinal FROM segment "
	       "WHERE conv_id = ? ORDER BY to_index DESC LIMIT 1",
	.in = conv_in,
	.in_size = sizeof(struct archive_row),
};

int archive_move_sql_reset_bases(struct db *db, const struct archive_row *row,
    struct error *err)
{
	if (db_exec(db, &clear_bases, row, NULL, err) < 0 ||
	    db_exec(db, &sender_bases, row, NULL, err) < 0)
		return -1;
	return db_exec(db, &log_base, row, NULL, err);
}

static const struct db_field raise_in[] = {
	DB_I64(struct archive_range, hi),
	DB_I64(struct archive_range, conv_id),
	DB_I64(struct archive_range, lo),
	DB_END,
};

static const struct db_stmt raise_index = {
	.name = "archive_move.raise",
	.sql = "UPDATE conv_seq SET archived_index = ? "
	       "WHERE conv_id = ? AND archived_index = ?",
	.in = raise_in,
	.in_size = sizeof(struct archive_range),
};

int archive_move_sql_raise(struct db *db, int64_t conv_id, int64_t from,
    int64_t to, struct error *err)
{
	const struct archive_range in = { conv_id, from, to };
	const struct db_expect one = { 1, ERR_INTERNAL, "a log has moved" };

	return db_exec_expect(db, &raise_index, &in, 1, sizeof(in), &one, err);
}

const struct db_stmt *const archive_move_statements[] = { &logs, &limits, &rows,
	&drop_entries, &drop_bodies, &put_entry, &put_body, &put, &put_sender,
	&put_place, &drop, &drop_senders, &drop_place, &put_base, &clear_bases,
	&sender_bases, &log_base, &raise_index, NULL };
