#include "im/user/inbox_sql.h"

#include "im/user/unread.h"

/* ---- numbers ---- */

static const struct db_field seq_out[] = {
	DB_I64(struct inbox_seq, user_id),
	DB_I64(struct inbox_seq, stream_id),
	DB_I64(struct inbox_seq, last_index),
	DB_I64(struct inbox_seq, floor_index),
	DB_I64(struct inbox_seq, now_ms),
	DB_I64(struct inbox_seq, has_personal),
	DB_END,
};

/* By key even if the table is small: a scan would lock every row. */
#define SEQ_COLUMNS                                                       \
	"s.user_id, s.stream_id, s.last_index, s.floor_index, " DB_NOW_MS \
	", s.has_personal "
#define SEQ_SELECT                                                  \
	"SELECT " SEQ_COLUMNS                                       \
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j " \
	"STRAIGHT_JOIN user_seq s FORCE INDEX (PRIMARY) "           \
	"ON s.user_id = j.id"

static const struct db_stmt get = {
	.name = "inbox.seq",
	.sql = SEQ_SELECT,
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = seq_out,
	.out_size = sizeof(struct inbox_seq),
};

static const struct db_stmt lock = {
	.name = "inbox.lock",
	.sql = "SELECT " SEQ_COLUMNS "FROM user_seq s WHERE s.user_id = ? "
	       "FOR UPDATE",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = seq_out,
	.out_size = sizeof(struct inbox_seq),
};

static const struct db_stmt lock_free = {
	.name = "inbox.lock_free",
	.sql = SEQ_SELECT " FOR UPDATE SKIP LOCKED",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = seq_out,
	.out_size = sizeof(struct inbox_seq),
};

int inbox_sql_get(struct db *db, struct arena *a, struct str list,
    struct inbox_seq **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &get, &in, a, out, n_out, err);
}

int inbox_sql_lock(struct db *db, struct arena *a, int64_t id,
    struct inbox_seq **out, size_t *n_out, struct error *err)
{
	struct db_id in = { id };

	return db_rows(db, &lock, &in, a, out, n_out, err);
}

int inbox_sql_lock_free(struct db *db, struct arena *a, struct str list,
    struct inbox_seq **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &lock_free, &in, a, out, n_out, err);
}

static const struct db_field create_in[] = {
	DB_I64(struct inbox_seq, user_id),
	DB_I64(struct inbox_seq, stream_id),
	DB_END,
};

static const struct db_stmt create = {
	.name = "inbox.create",
	.sql = "INSERT INTO user_seq (user_id, stream_id) VALUES (?, ?)",
	.in = create_in,
	.in_size = sizeof(struct inbox_seq),
};

int inbox_sql_create(struct db *db, int64_t user_id, int64_t stream_id,
    struct error *err)
{
	struct inbox_seq in = { .user_id = user_id, .stream_id = stream_id };

	return db_exec(db, &create, &in, NULL, err);
}

/* ---- acks ---- */

static const struct db_field ack_fields[] = {
	DB_I64(struct inbox_ack, user_id),
	DB_I64(struct inbox_ack, acked_index),
	DB_END,
};

static const struct db_stmt ack_lock = {
	.name = "inbox.ack_lock",
	.sql = "SELECT user_id, acked_index FROM inbox_ack WHERE user_id = ? "
	       "FOR UPDATE",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = ack_fields,
	.out_size = sizeof(struct inbox_ack),
};

static const struct db_stmt acks_free_many =
    DB_MANY_ROWS("inbox.acks_free_many",
	"SELECT k.user_id, k.acked_index "
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$[0]')) j "
	"STRAIGHT_JOIN inbox_ack k FORCE INDEX (PRIMARY) "
	"ON k.user_id = j.id FOR UPDATE SKIP LOCKED",
	ack_fields, struct inbox_ack);

static const struct db_stmt acks_free = {
	.name = "inbox.acks_free",
	.sql = "SELECT user_id, acked_index FROM inbox_ack WHERE user_id = ? "
	       "FOR UPDATE SKIP LOCKED",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = ack_fields,
	.out_size = sizeof(struct inbox_ack),
	.many = &acks_free_many,
};

static const struct db_stmt acks_put = {
	.name = "inbox.acks_put",
	.sql = "INSERT INTO inbox_ack (user_id, acked_index) VALUES (?, ?) "
	       "ON DUPLICATE KEY UPDATE "
	       "acked_index = GREATEST(acked_index, VALUES(acked_index))",
	.in = ack_fields,
	.in_size = sizeof(struct inbox_ack),
};

int inbox_sql_ack_lock(struct db *db, struct arena *a, int64_t user_id,
    struct inbox_ack *out, struct error *err)
{
	struct db_id in = { user_id };

	return db_row(db, &ack_lock, &in, a, out, err);
}

int inbox_sql_acks_lock_free(struct db *db, struct arena *a,
    const int64_t *users, size_t n, struct inbox_ack **out, size_t *n_out,
    struct error *err)
{
	return db_rows_bulk(db, &acks_free, users, n, sizeof(*users), a, out,
	    n_out, err);
}

int inbox_sql_acks_put(struct db *db, const struct inbox_ack *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &acks_put, rows, n, sizeof(*rows), NULL, err);
}

/* ---- rows ---- */

static const struct db_field row_fields[] = {
	DB_I64(struct inbox_row, user_id),
	DB_I64(struct inbox_row, user_index),
	DB_I64(struct inbox_row, kind),
	DB_I64(struct inbox_row, conv_id),
	DB_I64(struct inbox_row, conv_index),
	DB_I64(struct inbox_row, action),
	DB_I64(struct inbox_row, by_id),
	DB_I64(struct inbox_row, at_ms),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "inbox.insert",
	.sql = "INSERT INTO inbox (user_id, user_index, kind, conv_id, "
	       "conv_index, action, by_id, at_ms) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	.in = row_fields,
	.in_size = sizeof(struct inbox_row),
};

int inbox_sql_insert(struct db *db, const struct inbox_row *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &insert, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field arg_fields[] = {
	DB_I64(struct inbox_row, user_id),
	DB_I64(struct inbox_row, user_index),
	DB_I64(struct inbox_row, kind),
	DB_I64(struct inbox_row, conv_id),
	DB_I64(struct inbox_row, conv_index),
	DB_I64(struct inbox_row, action),
	DB_I64(struct inbox_row, by_id),
	DB_I64(struct inbox_row, at_ms),
	DB_I64(struct inbox_row, arg),
	DB_END,
};

static const struct db_stmt insert_arg = {
	.name = "inbox.insert_arg",
	.sql = "INSERT INTO inbox (user_id, user_index, kind, conv_id, "
	       "conv_index, action, by_id, at_ms, arg) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = arg_fields,
	.in_size = sizeof(struct inbox_row),
};

int inbox_sql_insert_arg(struct db *db, const struct inbox_row *row,
    struct error *err)
{
	return db_exec(db, &insert_arg, row, NULL, err);
}

static const struct db_field raise_in[] = {
	DB_I64(struct inbox_seq, last_index),
	DB_I64(struct inbox_seq, user_id),
	DB_END,
};

static const struct db_stmt raise_many = DB_MANY("inbox.raise_many",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS(last BIGINT PATH '$[0]', "
    "id BIGINT PATH '$[1]')) j "
    "STRAIGHT_JOIN user_seq s ON s.user_id = j.id "
    "SET s.last_index = j.last");

static const struct db_stmt raise_seq = {
	.name = "inbox.raise",
	.sql = "UPDATE user_seq SET last_index = ? WHERE user_id = ?",
	.in = raise_in,
	.in_size = sizeof(struct inbox_seq),
	.many = &raise_many,
};

int inbox_sql_raise(struct db *db, const struct inbox_seq *seqs, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &raise_seq, seqs, n, sizeof(*seqs), NULL, err);
}

struct page {
	int64_t user_id, after, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, user_id),
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt after_index = {
	.name = "inbox.after",
	.sql = "SELECT user_id, user_index, kind, conv_id, conv_index, "
	       "action, by_id, at_ms, COALESCE(arg, 0) FROM inbox "
	       "WHERE user_id = ? AND user_index > ? "
	       "ORDER BY user_index LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = arg_fields,
	.out_size = sizeof(struct inbox_row),
};

int inbox_sql_after(struct db *db, struct arena *a, int64_t user_id,
    int64_t after, int64_t limit, struct inbox_row **out, size_t *n_out,
    struct error *err)
{
	struct page in = { user_id, after, limit };

	return db_rows(db, &after_index, &in, a, out, n_out, err);
}

/* ---- the badge ---- */

struct total {
	int64_t user_id, now_ms;
	int64_t sum, has_pull, has_hidden, n_away;
	int64_t unmuted_ms; /* when the next mute ends; 0: never */
};

static const struct db_field total_in[] = {
	DB_I64(struct total, now_ms),
	DB_I64(struct total, user_id),
	DB_I64(struct total, now_ms),
	DB_I64(struct total, user_id),
	DB_END,
};

static const struct db_field total_out_map[] = {
	DB_I64(struct total, sum),
	DB_I64(struct total, has_pull),
	DB_I64(struct total, has_hidden),
	DB_I64(struct total, unmuted_ms),
	DB_END,
};

#define TOTAL_MARK          \
	"LEFT JOIN mark m " \
	"ON m.conv_id = c.conv_id AND m.user_id = c.user_id "
#define TOTAL_LISTED  "AND c.listed = 1 AND c.hidden = 0 "
#define TOTAL_COUNTED TOTAL_LISTED "AND c.muted_until_ms <= ? "

static const struct db_stmt total = {
	.name = "inbox.total_unread",
	.sql = "SELECT CAST(COALESCE(SUM(IF(c.muted_until_ms <= ?, " CHAT_PLAIN
	       ", 0)), 0) AS SIGNED), " HAS_PULL
	       ", COALESCE(MAX(c.has_hidden), 0), "
	       "COALESCE(MIN(IF(c.muted_until_ms > ?, c.muted_until_ms, "
	       "NULL)), 0) FROM chat c " TOTAL_MARK
	       "WHERE c.user_id = ? AND c.mode = 1 " TOTAL_LISTED,
	.in = total_in,
	.in_size = sizeof(struct total),
	.out = total_out_map,
	.out_size = sizeof(struct total),
};

static const struct db_field total_pull_in[] = {
	DB_I64(struct total, user_id),
	DB_I64(struct total, now_ms),
	DB_END,
};

static const struct db_field total_sum_out[] = {
	DB_I64(struct total, sum),
	DB_END,
};

static const struct db_field total_away_out[] = {
	DB_I64(struct total, sum),
	DB_I64(struct total, n_away),
	DB_END,
};

static const struct db_field total_pull_out[] = {
	DB_I64(struct total, sum),
	DB_I64(struct total, has_hidden),
	DB_END,
};

/* Of a sum above 0: those of its messages that count no more, and those that
 * will expire. */
static const struct db_stmt total_away = {
	.name = "inbox.total_away",
	.sql = "SELECT CAST(COALESCE(SUM(" IS_AWAY "), 0) AS SIGNED), "
	       "COUNT(*) FROM chat c " TOTAL_MARK
	       "STRAIGHT_JOIN entry_away w ON w.conv_id = c.conv_id AND " //
	AWAY_COUNTS(CHAT_READ_INDEX,
	    "c.last_index") " "
			    "WHERE c.user_id = ? AND c.mode = 1 " TOTAL_COUNTED
			    "AND " CHAT_PLAIN " > 0",
	.in = total_pull_in,
	.in_size = sizeof(struct total),
	.out = total_away_out,
	.out_size = sizeof(struct total),
};

static const struct db_stmt total_pull = {
	.name = "inbox.total_pull",
	.sql = "SELECT CAST(COALESCE(SUM(" PULL_UNREAD "), 0) AS SIGNED), "
	       "COALESCE(MAX(c.has_hidden), 0) "
	       "FROM chat c FORCE INDEX (chat_rank) " PULL_JOINS TOTAL_MARK
	       "WHERE c.user_id = ? AND c.mode = 2 " TOTAL_COUNTED,
	.in = total_pull_in,
	.in_size = sizeof(struct total),
	.out = total_pull_out,
	.out_size = sizeof(struct total),
};

/* Of a sum above 0: those that the user has deleted for themselves, and that
 * were not recalled. */
#define TOTAL_HIDDEN(read, last)                                  \
	"STRAIGHT_JOIN message_hidden z FORCE INDEX (PRIMARY) "   \
	"ON z.user_id = c.user_id AND z.conv_id = c.conv_id "     \
	"AND z.conv_index > " read " AND z.conv_index <= " last   \
	" AND z.countable = 1 AND z.sender_id <> c.user_id "      \
	"LEFT JOIN entry_away w ON w.conv_id = z.conv_id "        \
	"AND w.conv_index = z.conv_index AND " IS_AWAY            \
	"WHERE c.user_id = ? AND c.has_hidden = 1 " TOTAL_COUNTED \
	"AND w.conv_id IS NULL AND "

static const struct db_stmt total_hidden = {
	.name = "inbox.total_hidden",
	.sql = "SELECT COUNT(*) FROM chat c " TOTAL_MARK //
	    TOTAL_HIDDEN(CHAT_READ_INDEX, "c.last_index") "c.mode = 1",
	.in = total_pull_in,
	.in_size = sizeof(struct total),
	.out = total_sum_out,
	.out_size = sizeof(struct total),
};

static const struct db_stmt total_pull_hidden = {
	.name = "inbox.total_pull_hidden",
	.sql = "SELECT COUNT(*) FROM chat c FORCE INDEX (chat_rank) " //
	PULL_JOINS TOTAL_MARK TOTAL_HIDDEN(PULL_READ_INDEX,
	    PULL_LAST_INDEX) "c.mode = 2",
	.in = total_pull_in,
	.in_size = sizeof(struct total),
	.out = total_sum_out,
	.out_size = sizeof(struct total),
};

static int less_hidden(struct db *db, struct arena *a,
    const struct db_stmt *statement, const struct total *in, struct total *of,
    struct error *err)
{
	struct total hidden = { .sum = 0 };

	if (of->sum == 0 || !of->has_hidden)
		return 0;
	if (db_row(db, statement, in, a, &hidden, err) < 0)
		return -1;
	of->sum = of->sum > hidden.sum ? of->sum - hidden.sum : 0;
	return 0;
}

int inbox_sql_total(struct db *db, struct arena *a, int64_t user_id,
    int64_t now_ms, int64_t *total_out, int64_t *until_ms_out,
    struct error *err)
{
	struct total in = { .user_id = user_id, .now_ms = now_ms };
	struct total row = { .sum = 0 }, pull = { .sum = 0 };
	struct total away = { .sum = 0 };

	if (db_row(db, &total, &in, a, &row, err) < 0)
		return -1;
	if (row.has_pull && db_row(db, &total_pull, &in, a, &pull, err) < 0)
		return -1;
	/* A chat that moves between the statements moves user_index, too. */
	if (row.sum > 0 && db_row(db, &total_away, &in, a, &away, err) < 0)
		return -1;
	if (less_hidden(db, a, &total_hidden, &in, &row, err) < 0 ||
	    less_hidden(db, a, &total_pull_hidden, &in, &pull, err) < 0)
		return -1;
	*total_out = row.sum > away.sum ? row.sum - away.sum : 0;
	*total_out += pull.sum;
	*until_ms_out = row.has_pull || away.n_away > away.sum ? now_ms
			: row.unmuted_ms                       ? row.unmuted_ms
							       : INT64_MAX;
	return 0;
}

const struct db_stmt *const inbox_statements[] = { &get, &lock, &lock_free,
	&create, &insert, &insert_arg, &raise_seq, &after_index, &total,
	&total_away, &total_pull, &total_hidden, &total_pull_hidden, NULL };
const struct db_stmt *const inbox_ack_statements[] = { &ack_lock, &acks_free,
	&acks_put, NULL };
