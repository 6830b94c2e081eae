#include "im/user/mark_sql.h"

#include "im/site/own_ordinal.h"

struct key {
	int64_t conv_id, user_id, lo, hi;
};

static const struct db_field base_in[] = {
	DB_I64(struct key, lo),
	DB_I64(struct key, lo),
	DB_I64(struct key, lo),
	DB_I64(struct key, conv_id),
	DB_I64(struct key, user_id),
	DB_END,
};

static const struct db_field base_out[] = {
	DB_I64(struct mark_base, last_index),
	DB_I64(struct mark_base, ordinal),
	DB_I64(struct mark_base, has_entry),
	DB_I64(struct mark_base, own),
	DB_I64(struct mark_base, read_index),
	DB_I64(struct mark_base, delivered_index),
	DB_I64(struct mark_base, is_awaited),
	DB_I64(struct mark_base, is_marked),
	DB_END,
};

#define OWN_AT \
	LOG_OWN_ORDINAL("b.conv_id", "b.user_id", "LEAST(?, s.last_index)")

static const struct db_stmt base = {
	.name = "mark.base",
	.sql = "SELECT s.last_index, e.ordinal, e.conv_id IS NOT NULL, " OWN_AT
	       ", "
	       "GREATEST(b.joined_index, COALESCE(m.read_index, 0)), "
	       "GREATEST(b.joined_index, COALESCE(m.delivered_index, 0)), "
	       "EXISTS(SELECT 1 FROM entry_expiry x "
	       "WHERE x.conv_id = s.conv_id "
	       "AND x.is_unread = 1 "
	       "AND x.conv_index <= LEAST(?, s.last_index)), "
	       "COALESCE(t.marked_unread, 0) "
	       "FROM conv_seq s "
	       "JOIN member b ON b.conv_id = s.conv_id "
	       "LEFT JOIN mark m ON m.conv_id = b.conv_id "
	       "AND m.user_id = b.user_id "
	       "LEFT JOIN chat_setting t ON t.user_id = b.user_id "
	       "AND t.conv_id = b.conv_id "
	       "LEFT JOIN entry e ON e.conv_id = s.conv_id "
	       "AND e.conv_index = LEAST(?, s.last_index) "
	       "WHERE s.conv_id = ? AND b.user_id = ?",
	.in = base_in,
	.in_size = sizeof(struct key),
	.out = base_out,
	.out_size = sizeof(struct mark_base),
};

int mark_sql_base(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, int64_t conv_index, struct mark_base *out,
    struct error *err)
{
	struct key in = {
		.conv_id = conv_id,
		.user_id = user_id,
		.lo = conv_index,
	};

	return db_row(db, &base, &in, a, out, err);
}

static const struct db_field put_in[] = {
	DB_I64(struct mark, conv_id),
	DB_I64(struct mark, user_id),
	DB_I64(struct mark, read_index),
	DB_I64(struct mark, read_ordinal),
	DB_I64(struct mark, own_at_read),
	DB_I64(struct mark, delivered_index),
	DB_END,
};

/*
 * Assignments are evaluated from left to right: read_index is compared, then
 * set.
 */
static const struct db_stmt put = {
	.name = "mark.put",
	.sql = "INSERT INTO mark (conv_id, user_id, read_index, "
	       "read_ordinal, own_at_read, delivered_index) "
	       "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
	       "read_ordinal = IF(VALUES(read_index) > read_index, "
	       "VALUES(read_ordinal), read_ordinal), "
	       "own_at_read = IF(VALUES(read_index) > read_index, "
	       "VALUES(own_at_read), own_at_read), "
	       "read_index = GREATEST(read_index, VALUES(read_index)), "
	       "delivered_index = "
	       "GREATEST(delivered_index, VALUES(delivered_index))",
	.in = put_in,
	.in_size = sizeof(struct mark),
};

int mark_sql_put(struct db *db, const struct mark *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &put, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field unmark_in[] = {
	DB_I64(struct key, user_id),
	DB_I64(struct key, conv_id),
	DB_END,
};

static const struct db_stmt unmark = {
	.name = "mark.unmark",
	.sql = "UPDATE chat_setting SET marked_unread = 0 "
	       "WHERE user_id = ? AND conv_id = ?",
	.in = unmark_in,
	.in_size = sizeof(struct key),
};

int mark_sql_unmark(struct db *db, int64_t conv_id, int64_t user_id,
    struct error *err)
{
	struct key in = { .conv_id = conv_id, .user_id = user_id };

	return db_exec(db, &unmark, &in, NULL, err);
}

static const struct db_field received_in[] = {
	DB_I64(struct key, user_id),
	DB_I64(struct key, lo),
	DB_I64(struct key, hi),
	DB_END,
};

static const struct db_field received_out[] = {
	DB_I64(struct mark, conv_id),
	DB_I64(struct mark, user_id),
	DB_I64(struct mark, delivered_index),
	DB_I64(struct mark, delivered_before),
	DB_END,
};

/* kind 1: an entry.  Only those above the mark. */
static const struct db_stmt received = {
	.name = "mark.received",
	.sql = "SELECT i.conv_id, i.user_id, i.conv_index, i.conv_index - 1 "
	       "FROM inbox i LEFT JOIN mark m "
	       "ON m.conv_id = i.conv_id AND m.user_id = i.user_id "
	       "WHERE i.user_id = ? AND i.user_index > ? AND i.user_index <= ? "
	       "AND i.kind = 1 "
	       "AND i.conv_index > COALESCE(m.delivered_index, 0)",
	.in = received_in,
	.in_size = sizeof(struct key),
	.out = received_out,
	.out_size = sizeof(struct mark),
};

int mark_sql_received(struct db *db, struct arena *a, int64_t user_id,
    int64_t after, int64_t upto, struct mark **out, size_t *n_out,
    struct error *err)
{
	struct key in = { .user_id = user_id, .lo = after, .hi = upto };

	return db_rows(db, &received, &in, a, out, n_out, err);
}

static const struct db_field place_in[] = {
	DB_I64(struct mark_place, user_id),
	DB_I64(struct mark_place, user_index),
	DB_END,
};

static const struct db_stmt received_at_many =
    DB_MANY_ROWS("mark.received_at_many",
	"SELECT i.conv_id, i.user_id, i.conv_index, i.conv_index - 1 "
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$[0]', "
	"at BIGINT PATH '$[1]')) j "
	"STRAIGHT_JOIN inbox i FORCE INDEX (PRIMARY) "
	"ON i.user_id = j.id AND i.user_index = j.at "
	"LEFT JOIN mark m ON m.conv_id = i.conv_id AND m.user_id = i.user_id "
	"WHERE i.kind = 1 AND i.conv_index > COALESCE(m.delivered_index, 0)",
	received_out, struct mark);

static const struct db_stmt received_at = {
	.name = "mark.received_at",
	.sql = "SELECT i.conv_id, i.user_id, i.conv_index, i.conv_index - 1 "
	       "FROM inbox i LEFT JOIN mark m "
	       "ON m.conv_id = i.conv_id AND m.user_id = i.user_id "
	       "WHERE i.user_id = ? AND i.user_index = ? AND i.kind = 1 "
	       "AND i.conv_index > COALESCE(m.delivered_index, 0)",
	.in = place_in,
	.in_size = sizeof(struct mark_place),
	.out = received_out,
	.out_size = sizeof(struct mark),
	.many = &received_at_many,
};

int mark_sql_received_at(struct db *db, struct arena *a,
    const struct mark_place *places, size_t n, struct mark **out, size_t *n_out,
    struct error *err)
{
	return db_rows_bulk(db, &received_at, places, n, sizeof(*places), a,
	    out, n_out, err);
}

static const struct db_field behind_out[] = {
	DB_I64(struct mark_behind, conv_id),
	DB_I64(struct mark_behind, last_index),
	DB_I64(struct mark_behind, delivered_index),
	DB_END,
};

static const struct db_stmt behind = {
	.name = "mark.behind",
	.sql = "SELECT c.conv_id, c.last_index, m.delivered_index "
	       "FROM chat c FORCE INDEX (PRIMARY) LEFT JOIN mark m "
	       "ON m.conv_id = c.conv_id AND m.user_id = c.user_id "
	       "WHERE c.user_id = ? "
	       "AND c.last_index > COALESCE(m.delivered_index, 0) "
	       "ORDER BY c.conv_id",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = behind_out,
	.out_size = sizeof(struct mark_behind),
};

int mark_sql_behind(struct db *db, struct arena *a, int64_t user_id,
    struct mark_behind **out, size_t *n_out, struct error *err)
{
	struct db_id in = { user_id };

	return db_rows(db, &behind, &in, a, out, n_out, err);
}

const struct db_stmt *const mark_statements[] = { &base, &put, &unmark,
	&received, &received_at, &behind, NULL };
