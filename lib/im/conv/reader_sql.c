#include "im/conv/reader_sql.h"

static const struct db_field get_in[] = {
	DB_I64(struct reader_row, member.conv_id),
	DB_I64(struct reader_row, member.user_id),
	DB_END,
};

static const struct db_field get_out[] = {
	DB_I64(struct reader_row, conv.app_id),
	DB_I64(struct reader_row, conv.history),
	DB_I64(struct reader_row, conv.dissolved_index),
	DB_I64(struct reader_row, conv.last_index),
	DB_I64(struct reader_row, conv.changed_index),
	DB_I64(struct reader_row, member.joined_index),
	DB_I64(struct reader_row, member.left_index),
	DB_I64(struct reader_row, personal.cleared_index),
	DB_I64(struct reader_row, personal.has_hidden),
	DB_END,
};

static const struct db_stmt get = {
	.name = "reader.get",
	.sql = "SELECT c.app_id, c.history, c.dissolved_index, "
	       "s.last_index, s.changed_index, "
	       "m.joined_index, m.left_index, COALESCE(p.cleared_index, -1), "
	       "COALESCE(p.has_hidden, 0) FROM member m "
	       "STRAIGHT_JOIN conv_seq s ON s.conv_id = m.conv_id "
	       "STRAIGHT_JOIN conversation c ON c.conv_id = m.conv_id "
	       "LEFT JOIN chat_setting p ON p.user_id = m.user_id "
	       "AND p.conv_id = m.conv_id "
	       "WHERE m.conv_id = ? AND m.user_id = ?",
	.in = get_in,
	.in_size = sizeof(struct reader_row),
	.out = get_out,
	.out_size = sizeof(struct reader_row),
};

int reader_sql_get(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct reader_row *out, struct error *err)
{
	*out = (struct reader_row){
		.member = { .conv_id = conv_id, .user_id = user_id },
	};
	return db_row(db, &get, out, a, out, err);
}

const struct db_stmt *const reader_statements[] = { &get, NULL };
