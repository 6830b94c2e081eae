#include "admin_archive_sql.h"

struct page {
	int64_t conv_id, after, version, limit;
};

static const struct db_field convs_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_field convs_out[] = {
	DB_I64(struct admin_archived, conv_id),
	DB_I64(struct admin_archived, segments),
	DB_I64(struct admin_archived, entries),
	DB_I64(struct admin_archived, raw_bytes),
	DB_I64(struct admin_archived, bytes),
	DB_END,
};

static const struct db_stmt convs = {
	.name = "admin_archive.convs",
	.sql = "SELECT conv_id, COUNT(*), "
	       "CAST(SUM(to_index - from_index + 1) AS SIGNED), "
	       "CAST(SUM(raw_bytes) AS SIGNED), "
	       "CAST(SUM(LENGTH(content)) AS SIGNED) "
	       "FROM segment WHERE conv_id > ? GROUP BY conv_id "
	       "ORDER BY conv_id LIMIT ?",
	.in = convs_in,
	.in_size = sizeof(struct page),
	.out = convs_out,
	.out_size = sizeof(struct admin_archived),
};

int admin_archive_sql_convs(struct db *db, struct arena *a, int64_t after_id,
    int64_t limit, struct admin_archived **out, size_t *n_out,
    struct error *err)
{
	struct page in = { .conv_id = after_id, .limit = limit };

	return db_rows(db, &convs, &in, a, out, n_out, err);
}

static const struct db_field size_out[] = {
	DB_I64(struct admin_store_size, entries),
	DB_I64(struct admin_store_size, hot_bytes),
	DB_I64(struct admin_store_size, cold_bytes),
	DB_END,
};

static const struct db_stmt size = {
	.name = "admin_archive.size",
	.sql = "SELECT CAST(SUM(IF(table_name = 'entry', table_rows, 0)) "
	       "AS SIGNED), "
	       "CAST(SUM(IF(table_name IN ('entry', 'body'), "
	       "data_length + index_length, 0)) AS SIGNED), "
	       "CAST(SUM(IF(table_name IN ('entry', 'body'), 0, "
	       "data_length + index_length)) AS SIGNED) "
	       "FROM information_schema.tables "
	       "WHERE table_schema = DATABASE() AND table_name IN ("
	       "'entry', 'body', 'segment', 'segment_sender', 'archived')",
	.out = size_out,
	.out_size = sizeof(struct admin_store_size),
};

int admin_archive_sql_size(struct db *db, struct arena *a,
    struct admin_store_size *out, struct error *err)
{
	return db_row(db, &size, NULL, a, out, err) < 0 ? -1 : 0;
}

static const struct db_field segments_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_field segments_out[] = {
	DB_I64(struct admin_segment, from_index),
	DB_I64(struct admin_segment, to_index),
	DB_I64(struct admin_segment, raw_bytes),
	DB_I64(struct admin_segment, bytes),
	DB_I64(struct admin_segment, made_ms),
	DB_END,
};

static const struct db_stmt segments = {
	.name = "admin_archive.segments",
	.sql = "SELECT from_index, to_index, raw_bytes, LENGTH(content), "
	       "made_ms FROM segment WHERE conv_id = ? AND to_index > ? "
	       "ORDER BY to_index LIMIT ?",
	.in = segments_in,
	.in_size = sizeof(struct page),
	.out = segments_out,
	.out_size = sizeof(struct admin_segment),
};

int admin_archive_sql_segments(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after, int64_t limit, struct admin_segment **out, size_t *n_out,
    struct error *err)
{
	struct page in = { conv_id, after, 0, limit };

	return db_rows(db, &segments, &in, a, out, n_out, err);
}

/* ---- legal hold ---- */

static const struct db_field hold_in[] = {
	DB_I64(struct admin_hold, conv_id),
	DB_I64(struct admin_hold, conv_id),
	DB_END,
};

static const struct db_field hold_out[] = {
	DB_I64(struct admin_hold, conv_id),
	DB_I64(struct admin_hold, since_ms),
	DB_STR(struct admin_hold, reason),
	DB_I64(struct admin_hold, bodies),
	DB_END,
};

static const struct db_stmt holds = {
	.name = "admin_archive.holds",
	.sql = "SELECT h.conv_id, h.since_ms, h.reason, COUNT(b.conv_id) "
	       "FROM legal_hold h LEFT JOIN held_body b "
	       "ON b.conv_id = h.conv_id WHERE h.conv_id = ? OR ? = 0 "
	       "GROUP BY h.conv_id, h.since_ms, h.reason ORDER BY h.conv_id",
	.in = hold_in,
	.in_size = sizeof(struct admin_hold),
	.out = hold_out,
	.out_size = sizeof(struct admin_hold),
};

int admin_archive_sql_holds(struct db *db, struct arena *a, int64_t conv_id,
    struct admin_hold **out, size_t *n_out, struct error *err)
{
	struct admin_hold in = { .conv_id = conv_id };

	return db_rows(db, &holds, &in, a, out, n_out, err);
}

static const struct db_field put_in[] = {
	DB_STR(struct admin_hold, reason),
	DB_I64(struct admin_hold, conv_id),
	DB_END,
};

static const struct db_stmt put_hold = {
	.name = "admin_archive.hold",
	.sql = "INSERT IGNORE INTO legal_hold (conv_id, since_ms, reason) "
	       "SELECT conv_id, " DB_NOW_MS ", ? FROM conversation "
	       "WHERE conv_id = ?",
	.in = put_in,
	.in_size = sizeof(struct admin_hold),
};

int admin_archive_sql_hold(struct db *db, int64_t conv_id, struct str reason,
    int64_t *n_out, struct error *err)
{
	struct admin_hold in = { .conv_id = conv_id, .reason = reason };

	return db_exec(db, &put_hold, &in, n_out, err);
}

static const struct db_stmt release = {
	.name = "admin_archive.release",
	.sql = "DELETE FROM legal_hold WHERE conv_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int admin_archive_sql_release(struct db *db, int64_t conv_id, int64_t *n_out,
    struct error *err)
{
	struct db_id in = { conv_id };

	return db_exec(db, &release, &in, n_out, err);
}

static const struct db_stmt drop_held = {
	.name = "admin_archive.drop_held",
	.sql = "DELETE FROM held_body WHERE conv_id = ? LIMIT 1000",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int admin_archive_sql_drop_held(struct db *db, int64_t conv_id, int64_t *n_out,
    struct error *err)
{
	struct db_id in = { conv_id };

	return db_exec(db, &drop_held, &in, n_out, err);
}

static const struct db_field held_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, after),
	DB_I64(struct page, after),
	DB_I64(struct page, version),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_field held_out[] = {
	DB_I64(struct admin_held, conv_index),
	DB_I64(struct admin_held, version),
	DB_I64(struct admin_held, at_ms),
	DB_STR(struct admin_held, content),
	DB_END,
};

static const struct db_stmt held = {
	.name = "admin_archive.held",
	.sql = "SELECT conv_index, version, at_ms, content FROM held_body "
	       "WHERE conv_id = ? AND (conv_index > ? "
	       "OR (conv_index = ? AND version > ?)) "
	       "ORDER BY conv_index, version LIMIT ?",
	.in = held_in,
	.in_size = sizeof(struct page),
	.out = held_out,
	.out_size = sizeof(struct admin_held),
};

int admin_archive_sql_held(struct db *db, struct arena *a, int64_t conv_id,
    const struct admin_held *after, int64_t limit, struct admin_held **out,
    size_t *n_out, struct error *err)
{
	struct page in = { conv_id, after->conv_index, after->version, limit };

	return db_rows(db, &held, &in, a, out, n_out, err);
}
