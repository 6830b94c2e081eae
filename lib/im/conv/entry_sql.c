#include "im/conv/entry_sql.h"

#define ENTRY_COLUMNS                                                    \
	"e.conv_id, e.conv_index, e.msg_id, e.sender_id, "               \
	"e.client_msg_id, e.kind, e.type, e.flags, e.state, e.ordinal, " \
	"e.own_ordinal, e.sent_ms, e.target_index, e.reply_index, "      \
	"e.edited_ms, e.recalled_by, e.version, b.content "

#define BODY_JOIN           \
	"LEFT JOIN body b " \
	"ON b.conv_id = e.conv_id AND b.conv_index = e.conv_index "

static const struct db_field entry_out[] = {
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_I64(struct entry, msg_id),
	DB_I64(struct entry, sender_id),
	DB_STR(struct entry, client_msg_id),
	DB_I64(struct entry, kind),
	DB_I64(struct entry, type),
	DB_I64(struct entry, flags),
	DB_I64(struct entry, state),
	DB_I64(struct entry, ordinal),
	DB_I64(struct entry, own_ordinal),
	DB_I64(struct entry, sent_ms),
	DB_I64(struct entry, target_index),
	DB_I64(struct entry, reply_index),
	DB_I64(struct entry, edited_ms),
	DB_I64(struct entry, recalled_by),
	DB_I64(struct entry, version),
	DB_STR(struct entry, body),
	DB_END,
};

static const struct db_stmt at_places = {
	.name = "entry.at",
	.sql = "SELECT " ENTRY_COLUMNS
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(n FOR ORDINALITY, "
	       "c BIGINT PATH '$[0]', i BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN entry e ON e.conv_id = j.c "
	       "AND e.conv_index = j.i " BODY_JOIN "ORDER BY j.n",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = entry_out,
	.out_size = sizeof(struct entry),
};

struct range {
	int64_t conv_id, lo, hi;
};

static const struct db_field range_in[] = {
	DB_I64(struct range, conv_id),
	DB_I64(struct range, lo),
	DB_I64(struct range, hi),
	DB_END,
};

static const struct db_stmt in_range = {
	.name = "entry.range",
	.sql = "SELECT " ENTRY_COLUMNS "FROM entry e " BODY_JOIN
	       "WHERE e.conv_id = ? AND e.conv_index BETWEEN ? AND ? "
	       "ORDER BY e.conv_index",
	.in = range_in,
	.in_size = sizeof(struct range),
	.out = entry_out,
	.out_size = sizeof(struct entry),
};

static const struct db_stmt by_msg = {
	.name = "entry.by_msg",
	.sql = "SELECT " ENTRY_COLUMNS "FROM entry e " BODY_JOIN
	       "WHERE e.msg_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = entry_out,
	.out_size = sizeof(struct entry),
};

const struct db_stmt *const entry_statements[] = { &at_places, &in_range,
	&by_msg, NULL };

int entry_sql_at(struct db *db, struct arena *a, struct str places,
    struct entry **out, size_t *n_out, struct error *err)
{
	struct db_text in = { places };

	return db_rows(db, &at_places, &in, a, out, n_out, err);
}

int entry_sql_range(struct db *db, struct arena *a, int64_t conv_id, int64_t lo,
    int64_t hi, struct entry **out, size_t *n_out, struct error *err)
{
	struct range in = { conv_id, lo, hi };

	return db_rows(db, &in_range, &in, a, out, n_out, err);
}

int entry_sql_by_msg(struct db *db, struct arena *a, int64_t msg_id,
    struct entry *out, struct error *err)
{
	struct db_id in = { msg_id };

	return db_row(db, &by_msg, &in, a, out, err);
}
