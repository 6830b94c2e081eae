#include "im/conv/archive_sql.h"

static const struct db_field at_in[] = {
	DB_I64(struct entry_ref, conv_id),
	DB_I64(struct entry_ref, conv_index),
	DB_END,
};

static const struct db_field row_out[] = {
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

#define SEGMENT_AT                                                     \
	"SELECT conv_id, to_index, from_index, ordinal, made_ms, "     \
	"raw_bytes, checksum, content FROM segment WHERE conv_id = ? " \
	"AND to_index >= ? ORDER BY to_index LIMIT 1"

static const struct db_stmt segment_at = {
	.name = "archive.at",
	.sql = SEGMENT_AT,
	.in = at_in,
	.in_size = sizeof(struct entry_ref),
	.out = row_out,
	.out_size = sizeof(struct archive_row),
};

static const struct db_stmt segment_held = {
	.name = "archive.at_held",
	.sql = SEGMENT_AT " FOR UPDATE",
	.in = at_in,
	.in_size = sizeof(struct entry_ref),
	.out = row_out,
	.out_size = sizeof(struct archive_row),
};

int archive_sql_at(struct db *db, struct arena *a, const struct entry_ref *at,
    bool lock, struct archive_row *out, struct error *err)
{
	int found = db_row(db, lock ? &segment_held : &segment_at, at, a, out,
	    err);

	return found > 0 ? out->from_index <= at->conv_index : found;
}

static const struct db_field put_in[] = {
	DB_I64(struct archive_row, raw_bytes),
	DB_STR(struct archive_row, checksum),
	DB_STR(struct archive_row, content),
	DB_I64(struct archive_row, conv_id),
	DB_I64(struct archive_row, to_index),
	DB_END,
};

static const struct db_stmt put_segment = {
	.name = "archive.put",
	.sql = "UPDATE segment SET raw_bytes = ?, checksum = ?, content = ? "
	       "WHERE conv_id = ? AND to_index = ?",
	.in = put_in,
	.in_size = sizeof(struct archive_row),
};

int archive_sql_put(struct db *db, const struct archive_row *row,
    struct error *err)
{
	return db_exec(db, &put_segment, row, NULL, err);
}

/* ---- finding ---- */

static const struct db_field ref_out[] = {
	DB_I64(struct entry_ref, conv_id),
	DB_I64(struct entry_ref, conv_index),
	DB_END,
};

static const struct db_stmt of_ids = {
	.name = "archive.ids",
	.sql = "SELECT r.conv_id, r.conv_index "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN archived r FORCE INDEX (archived_msg) "
	       "ON r.msg_id = j.id",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = ref_out,
	.out_size = sizeof(struct entry_ref),
};

int archive_sql_by_ids(struct db *db, struct arena *a, struct str ids,
    struct entry_ref **out, size_t *n_out, struct error *err)
{
	struct db_text in = { ids };

	return db_rows(db, &of_ids, &in, a, out, n_out, err);
}

static const struct db_stmt of_hashes = {
	.name = "archive.hashes",
	.sql = "SELECT r.conv_id, r.conv_index "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "h BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN archived r FORCE INDEX (PRIMARY) "
	       "ON r.conv_id = j.c AND r.client_hash = j.h",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = ref_out,
	.out_size = sizeof(struct entry_ref),
};

int archive_sql_by_hashes(struct db *db, struct arena *a, struct str pairs,
    struct entry_ref **out, size_t *n_out, struct error *err)
{
	struct db_text in = { pairs };

	return db_rows(db, &of_hashes, &in, a, out, n_out, err);
}

/* ---- senders ---- */

static const struct db_field sender_in[] = {
	DB_I64(struct archive_sender, conv_id),
	DB_I64(struct archive_sender, sender_id),
	DB_I64(struct archive_sender, to_index),
	DB_END,
};

static const struct db_field sender_out[] = {
	DB_I64(struct archive_sender, to_index),
	DB_I64(struct archive_sender, ordinal),
	DB_I64(struct archive_sender, last_ms),
	DB_END,
};

#define SENDER_BELOW                                             \
	"SELECT to_index, ordinal, last_ms FROM segment_sender " \
	"WHERE conv_id = ? AND sender_id = ? AND to_index < ? "

static const struct db_stmt own = {
	.name = "archive.own",
	.sql = SENDER_BELOW "ORDER BY to_index DESC LIMIT 1",
	.in = sender_in,
	.in_size = sizeof(struct archive_sender),
	.out = sender_out,
	.out_size = sizeof(struct archive_sender),
};

static const struct db_stmt sent = {
	.name = "archive.sent",
	.sql = SENDER_BELOW "AND last_ms > 0 ORDER BY to_index DESC LIMIT 1",
	.in = sender_in,
	.in_size = sizeof(struct archive_sender),
	.out = sender_out,
	.out_size = sizeof(struct archive_sender),
};

int archive_sql_own_below(struct db *db, struct arena *a, int64_t below,
    struct archive_sender *io, struct error *err)
{
	struct archive_sender in = *io;

	in.to_index = below;
	return db_row(db, &own, &in, a, io, err);
}

int archive_sql_last_sent(struct db *db, struct arena *a,
    struct archive_sender *io, struct error *err)
{
	struct archive_sender in = *io;

	in.to_index = INT64_MAX;
	return db_row(db, &sent, &in, a, io, err);
}

struct by {
	int64_t conv_id, sender_id, above, limit;
};

static const struct db_field by_in[] = {
	DB_I64(struct by, conv_id),
	DB_I64(struct by, sender_id),
	DB_I64(struct by, above),
	DB_I64(struct by, limit),
	DB_END,
};

static const struct db_stmt segments_by = {
	.name = "archive.segments_by",
	.sql = "SELECT to_index FROM segment_sender WHERE conv_id = ? "
	       "AND sender_id = ? AND to_index > ? ORDER BY to_index LIMIT ?",
	.in = by_in,
	.in_size = sizeof(struct by),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int archive_sql_segments_of(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t above, int64_t limit, struct db_id **out,
    size_t *n_out, struct error *err)
{
	struct by in = { conv_id, sender_id, above, limit };

	return db_rows(db, &segments_by, &in, a, out, n_out, err);
}

const struct db_stmt *const archive_statements[] = { &segment_at, &of_ids,
	&of_hashes, &own, &sent, &segments_by, NULL };
const struct db_stmt *const archive_put_statements[] = { &segment_held,
	&put_segment, NULL };
