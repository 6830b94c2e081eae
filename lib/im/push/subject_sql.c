#include "im/push/subject_sql.h"

static const struct db_field row_out[] = {
	DB_I64(struct subject_row, user_id),
	DB_I64(struct subject_row, conv_id),
	DB_I64(struct subject_row, conv_index),
	DB_I64(struct subject_row, conv_kind),
	DB_STR(struct subject_row, conv_name),
	DB_I64(struct subject_row, is_member),
	DB_I64(struct subject_row, joined_index),
	DB_I64(struct subject_row, notify),
	DB_I64(struct subject_row, muted_until_ms),
	DB_I64(struct subject_row, cleared_index),
	DB_I64(struct subject_row, push_preview),
	DB_I64(struct subject_row, dnd.from),
	DB_I64(struct subject_row, dnd.to),
	DB_I64(struct subject_row, dnd.days),
	DB_STR(struct subject_row, dnd.tz),
	DB_I64(struct subject_row, read_index),
	DB_I64(struct subject_row, delivered_index),
	DB_I64(struct subject_row, stream_id),
	DB_I64(struct subject_row, user_index),
	DB_I64(struct subject_row, is_blocked),
	DB_I64(struct subject_row, is_hidden),
	DB_END,
};

/* Without a mark it stands where the member joined; whoever has set nothing has
 * no row of settings. */
#define COLUMNS                                                         \
	"SELECT j.u, j.c, j.i, v.kind, v.name, "                        \
	"m.user_id IS NOT NULL AND m.left_index = 0, "                  \
	"m.joined_index, s.notify, s.muted_until_ms, "                  \
	"COALESCE(s.cleared_index, -1), COALESCE(o.push_preview, 1), "  \
	"o.dnd_from, o.dnd_to, o.dnd_days, o.dnd_tz, "                  \
	"GREATEST(COALESCE(k.read_index, 0), COALESCE(m.joined_index, " \
	"0)), k.delivered_index, q.stream_id, q.last_index, "           \
	"b.user_id IS NOT NULL, h.user_id IS NOT NULL FROM "
#define TABLES                                                         \
	" j STRAIGHT_JOIN conversation v ON v.conv_id = j.c "          \
	"LEFT JOIN member m ON m.conv_id = j.c AND m.user_id = j.u "   \
	"LEFT JOIN chat_setting s ON s.user_id = j.u "                 \
	"AND s.conv_id = j.c "                                         \
	"LEFT JOIN user_setting o ON o.user_id = j.u "                 \
	"LEFT JOIN mark k ON k.conv_id = j.c AND k.user_id = j.u "     \
	"LEFT JOIN user_seq q ON q.user_id = j.u "                     \
	"LEFT JOIN block b ON b.user_id = j.u AND b.blocked_id = j.s " \
	"LEFT JOIN message_hidden h ON h.user_id = j.u "               \
	"AND h.conv_id = j.c AND h.conv_index = j.i"

static const struct db_stmt rows_many = DB_MANY_ROWS("subject.rows_many",
    COLUMNS "JSON_TABLE(?, '$[*]' COLUMNS(u BIGINT PATH '$[0]', "
	    "c BIGINT PATH '$[1]', i BIGINT PATH '$[2]', "
	    "s BIGINT PATH '$[3]'))" TABLES,
    row_out, struct subject_row);

static const struct db_field key_in[] = {
	DB_I64(struct subject_key, user_id),
	DB_I64(struct subject_key, conv_id),
	DB_I64(struct subject_key, conv_index),
	DB_I64(struct subject_key, sender_id),
	DB_END,
};

static const struct db_stmt rows = {
	.name = "subject.rows",
	.sql = COLUMNS "(SELECT ? u, ? c, ? i, ? s)" TABLES,
	.in = key_in,
	.in_size = sizeof(struct subject_key),
	.out = row_out,
	.out_size = sizeof(struct subject_row),
	.many = &rows_many,
};

int subject_sql_rows(struct db *db, struct arena *a,
    const struct subject_key *keys, size_t n, struct subject_row **out,
    size_t *n_out, struct error *err)
{
	return db_rows_bulk(db, &rows, keys, n, sizeof(*keys), a, out, n_out,
	    err);
}

const struct db_stmt *const subject_statements[] = { &rows, &rows_many, NULL };
