#include "im/conv/receipt_sql.h"

static const struct db_field list_in[] = {
	DB_I64(struct receipt_query, conv_id),
	DB_I64(struct receipt_query, after_user_id),
	DB_I64(struct receipt_query, conv_index),
	DB_I64(struct receipt_query, conv_index),
	DB_I64(struct receipt_query, sender_id),
	DB_I64(struct receipt_query, limit),
	DB_END,
};

static const struct db_field list_out[] = {
	DB_I64(struct receipt, user_id),
	DB_I64(struct receipt, read_index),
	DB_END,
};

/* Whoever has read or received something has a mark: one range of its key. */
#define MARKS                                              \
	"FROM mark m FORCE INDEX (PRIMARY) "               \
	"STRAIGHT_JOIN member b ON b.conv_id = m.conv_id " \
	"AND b.user_id = m.user_id AND b.left_index = 0 "  \
	"LEFT JOIN user_setting s ON s.user_id = m.user_id "
#define GIVES "AND COALESCE(s.read_receipts, 1) = 1 "
#define MARKED(index)                                                     \
	"SELECT m.user_id, GREATEST(b.joined_index, m.read_index) " MARKS \
	"WHERE m.conv_id = ? AND m.user_id > ? AND m." index " >= ? "     \
	"AND b.joined_index <= ? AND m.user_id <> ? " GIVES               \
	"ORDER BY m.user_id LIMIT ?"

static const struct db_stmt read_by = {
	.name = "receipt.read",
	.sql = MARKED("read_index"),
	.in = list_in,
	.in_size = sizeof(struct receipt_query),
	.out = list_out,
	.out_size = sizeof(struct receipt),
};

static const struct db_stmt delivered_to = {
	.name = "receipt.delivered",
	.sql = MARKED("delivered_index"),
	.in = list_in,
	.in_size = sizeof(struct receipt_query),
	.out = list_out,
	.out_size = sizeof(struct receipt),
};

static const struct db_stmt unread_by = {
	.name = "receipt.unread",
	.sql = "SELECT b.user_id, "
	       "GREATEST(b.joined_index, COALESCE(m.read_index, 0)) "
	       "FROM member b FORCE INDEX (PRIMARY) "
	       "LEFT JOIN mark m ON m.conv_id = b.conv_id "
	       "AND m.user_id = b.user_id "
	       "LEFT JOIN user_setting s ON s.user_id = b.user_id "
	       "WHERE b.conv_id = ? AND b.user_id > ? "
	       "AND COALESCE(m.read_index, 0) < ? AND b.joined_index < ? "
	       "AND b.left_index = 0 AND b.user_id <> ? " GIVES
	       "ORDER BY b.user_id LIMIT ?",
	.in = list_in,
	.in_size = sizeof(struct receipt_query),
	.out = list_out,
	.out_size = sizeof(struct receipt),
};

int receipt_sql_read(struct db *db, struct arena *a,
    const struct receipt_query *q, struct receipt **out, size_t *n_out,
    struct error *err)
{
	return db_rows(db, &read_by, q, a, out, n_out, err);
}

int receipt_sql_delivered(struct db *db, struct arena *a,
    const struct receipt_query *q, struct receipt **out, size_t *n_out,
    struct error *err)
{
	return db_rows(db, &delivered_to, q, a, out, n_out, err);
}

int receipt_sql_unread(struct db *db, struct arena *a,
    const struct receipt_query *q, struct receipt **out, size_t *n_out,
    struct error *err)
{
	return db_rows(db, &unread_by, q, a, out, n_out, err);
}

static const struct db_field count_in[] = {
	DB_I64(struct receipt_query, conv_index),
	DB_I64(struct receipt_query, conv_id),
	DB_I64(struct receipt_query, conv_index),
	DB_I64(struct receipt_query, conv_index),
	DB_I64(struct receipt_query, sender_id),
	DB_END,
};

static const struct db_field count_out[] = {
	DB_I64(struct receipt_counts, read),
	DB_I64(struct receipt_counts, delivered),
	DB_END,
};

/* Read implies delivered. */
static const struct db_stmt count = {
	.name = "receipt.count",
	.sql = "SELECT CAST(COALESCE(SUM(m.read_index >= ?), 0) AS SIGNED), "
	       "COUNT(*) " MARKS
	       "WHERE m.conv_id = ? AND m.delivered_index >= ? "
	       "AND b.joined_index <= ? AND m.user_id <> ? " GIVES,
	.in = count_in,
	.in_size = sizeof(struct receipt_query),
	.out = count_out,
	.out_size = sizeof(struct receipt_counts),
};

int receipt_sql_count(struct db *db, struct arena *a,
    const struct receipt_query *q, struct receipt_counts *out,
    struct error *err)
{
	*out = (struct receipt_counts){ 0, 0 };
	return db_row(db, &count, q, a, out, err) < 0 ? -1 : 0;
}

const struct db_stmt *const receipt_statements[] = { &read_by, &delivered_to,
	&unread_by, &count, NULL };
