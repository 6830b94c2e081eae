#include "im/consumer/trace_sql.h"

#include "im/site/consumer.h"

_Static_assert(CONSUMER_FANOUT == 1, "the consumer in these statements");

#define Q struct trace_query

static const struct db_field cursor_in[] = {
	DB_I64(Q, part),
	DB_I64(Q, conv_id),
	DB_END,
};
static const struct db_field cursor_out[] = {
	DB_I64(struct trace_cursor, done_index),
	DB_I64(struct trace_cursor, hi_index),
	DB_I64(struct trace_cursor, after_user_id),
	DB_I64(struct trace_cursor, head),
	DB_I64(struct trace_cursor, since_ms),
	DB_I64(struct trace_cursor, parked_ms),
	DB_STR(struct trace_cursor, reason),
	DB_END,
};

static const struct db_stmt cursor = {
	.name = "trace.cursor",
	.sql = "SELECT f.done_index, f.hi_index, f.after_user_id, d.head, "
	       "d.since_ms, d.parked_ms, d.reason FROM conv_seq s "
	       "LEFT JOIN log_cursor f ON f.consumer = 1 "
	       "AND f.conv_id = s.conv_id "
	       "LEFT JOIN log_dirty d ON d.consumer = 1 AND d.part = ? "
	       "AND d.conv_id = s.conv_id WHERE s.conv_id = ?",
	.in = cursor_in,
	.in_size = sizeof(Q),
	.out = cursor_out,
	.out_size = sizeof(struct trace_cursor),
};

int trace_sql_cursor(struct db *db, struct arena *a,
    const struct trace_query *q, struct trace_cursor *out, struct error *err)
{
	*out = (struct trace_cursor){ 0 };
	return db_row(db, &cursor, q, a, out, err) < 0 ? -1 : 0;
}

static const struct db_field place_in[] = {
	DB_I64(Q, conv_id),
	DB_I64(Q, conv_index),
	DB_END,
};

static const struct db_stmt mode = {
	.name = "trace.mode",
	.sql = "SELECT mode FROM conv_mode WHERE conv_id = ? "
	       "AND from_index <= ? ORDER BY from_index DESC LIMIT 1",
	.in = place_in,
	.in_size = sizeof(Q),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int trace_sql_mode(struct db *db, struct arena *a, const struct trace_query *q,
    int64_t *mode_out, struct error *err)
{
	struct db_id row;
	int found = db_row(db, &mode, q, a, &row, err);

	if (found > 0)
		*mode_out = row.id;
	return found;
}

/* ---- members ---- */

#define HAS_IT                                                      \
	"conv_id = ? AND joined_index <= ? AND (left_index = 0 OR " \
	"left_index >= ?) "

static const struct db_field count_in[] = {
	DB_I64(Q, after_user_id),
	DB_I64(Q, conv_id),
	DB_I64(Q, conv_index),
	DB_I64(Q, conv_index),
	DB_END,
};
static const struct db_field count_out[] = {
	DB_I64(struct trace_count, members),
	DB_I64(struct trace_count, served),
	DB_END,
};
#define COUNT                                                              \
	"SELECT COUNT(*), CAST(COALESCE(SUM(user_id <= ?), 0) AS SIGNED) " \
	"FROM "

static const struct db_stmt now = {
	.name = "trace.now",
	.sql = COUNT "member WHERE " HAS_IT,
	.in = count_in,
	.in_size = sizeof(Q),
	.out = count_out,
	.out_size = sizeof(struct trace_count),
};
static const struct db_stmt past = {
	.name = "trace.past",
	.sql = COUNT "member_past WHERE " HAS_IT,
	.in = count_in,
	.in_size = sizeof(Q),
	.out = count_out,
	.out_size = sizeof(struct trace_count),
};

int trace_sql_count(struct db *db, struct arena *a, const struct trace_query *q,
    struct trace_count *out, struct error *err)
{
	struct trace_count before = { 0, 0 };

	*out = before;
	if (db_row(db, &now, q, a, out, err) < 0 ||
	    db_row(db, &past, q, a, &before, err) < 0)
		return -1;
	out->members += before.members;
	out->served += before.served;
	return 0;
}

static const struct db_field members_in[] = {
	DB_I64(Q, conv_id),
	DB_I64(Q, conv_index),
	DB_I64(Q, conv_index),
	DB_I64(Q, limit),
	DB_END,
};
#define MEMBER struct trace_member
static const struct db_field member_out[] = {
	DB_I64(MEMBER, user_id),
	DB_I64(MEMBER, left_index),
	DB_I64(MEMBER, read_index),
	DB_I64(MEMBER, delivered_index),
	DB_I64(MEMBER, acked_index),
	DB_I64(MEMBER, last_index),
	DB_I64(MEMBER, read_receipts),
	DB_END,
};

static const struct db_stmt members = {
	.name = "trace.members",
	.sql = "SELECT m.user_id, m.left_index, k.read_index, "
	       "k.delivered_index, a.acked_index, s.last_index, "
	       "COALESCE(u.read_receipts, 1) "
	       "FROM member m FORCE INDEX (PRIMARY) "
	       "LEFT JOIN mark k ON k.conv_id = m.conv_id "
	       "AND k.user_id = m.user_id "
	       "LEFT JOIN inbox_ack a ON a.user_id = m.user_id "
	       "LEFT JOIN user_seq s ON s.user_id = m.user_id "
	       "LEFT JOIN user_setting u ON u.user_id = m.user_id "
	       "WHERE m.conv_id = ? AND m.joined_index <= ? "
	       "AND (m.left_index = 0 OR m.left_index >= ?) "
	       "ORDER BY m.user_id LIMIT ?",
	.in = members_in,
	.in_size = sizeof(Q),
	.out = member_out,
	.out_size = sizeof(MEMBER),
};

int trace_sql_members(struct db *db, struct arena *a,
    const struct trace_query *q, struct trace_member **out, size_t *n_out,
    struct error *err)
{
	return db_rows(db, &members, q, a, out, n_out, err);
}

struct event {
	int64_t user_id, after, conv_id, conv_index;
};
static const struct db_field event_in[] = {
	DB_I64(struct event, user_id),
	DB_I64(struct event, after),
	DB_I64(struct event, conv_id),
	DB_I64(struct event, conv_index),
	DB_END,
};

static const struct db_stmt event = {
	.name = "trace.event",
	.sql = "SELECT user_index FROM inbox WHERE user_id = ? "
	       "AND user_index > ? AND kind = 1 AND conv_id = ? "
	       "AND conv_index = ? ORDER BY user_index LIMIT 1",
	.in = event_in,
	.in_size = sizeof(struct event),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int trace_sql_event(struct db *db, struct arena *a, const struct trace_query *q,
    int64_t user_id, int64_t after, int64_t *user_index_out, struct error *err)
{
	struct event in = { user_id, after, q->conv_id, q->conv_index };
	struct db_id row = { 0 };

	if (db_row(db, &event, &in, a, &row, err) < 0)
		return -1;
	*user_index_out = row.id;
	return 0;
}

const struct db_stmt *const trace_statements[] = { &cursor, &mode, &now, &past,
	&members, &event, NULL };
