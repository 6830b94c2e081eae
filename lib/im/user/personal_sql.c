#include "im/user/personal_sql.h"

#include "im/user/unread.h"

static const struct db_field personal_fields[] = {
	DB_I64(struct personal, user_id),
	DB_I64(struct personal, conv_id),
	DB_I64(struct personal, cleared_index),
	DB_I64(struct personal, cleared_ordinal),
	DB_I64(struct personal, has_hidden),
	DB_END,
};

#define COLUMNS                                   \
	"s.user_id, s.conv_id, s.cleared_index, " \
	"s.cleared_ordinal, s.has_hidden "
#define IS_ANY "(s.cleared_index >= 0 OR s.has_hidden = 1)"

struct query {
	int64_t user_id, conv_id, lo, hi;
	struct str list;
};

static const struct db_field list_in[] = {
	DB_STR(struct query, list),
	DB_I64(struct query, user_id),
	DB_END,
};

static const struct db_stmt load = {
	.name = "personal.load",
	.sql = "SELECT " COLUMNS
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN chat_setting s FORCE INDEX (PRIMARY) "
	       "ON s.user_id = ? AND s.conv_id = j.id WHERE " IS_ANY,
	.in = list_in,
	.in_size = sizeof(struct query),
	.out = personal_fields,
	.out_size = sizeof(struct personal),
};

int personal_sql_load(struct db *db, struct arena *a, int64_t user_id,
    struct str conv_ids, struct personal **out, size_t *n_out,
    struct error *err)
{
	struct query in = { .user_id = user_id, .list = conv_ids };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

static const struct db_field one_in[] = {
	DB_I64(struct query, user_id),
	DB_I64(struct query, conv_id),
	DB_END,
};

static const struct db_stmt get = {
	.name = "personal.get",
	.sql = "SELECT " COLUMNS "FROM chat_setting s "
	       "WHERE s.user_id = ? AND s.conv_id = ? AND " IS_ANY,
	.in = one_in,
	.in_size = sizeof(struct query),
	.out = personal_fields,
	.out_size = sizeof(struct personal),
};

int personal_sql_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct personal *out, struct error *err)
{
	struct query in = { .user_id = user_id, .conv_id = conv_id };

	return db_row(db, &get, &in, a, out, err);
}

static const struct db_field unseen_out[] = {
	DB_I64(struct unseen, conv_id),
	DB_I64(struct unseen, conv_index),
	DB_I64(struct unseen, user_id),
	DB_END,
};

static const struct db_stmt hidden_at = {
	.name = "personal.hidden",
	.sql = "SELECT h.conv_id, h.conv_index, h.user_id "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "i BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN message_hidden h FORCE INDEX (PRIMARY) "
	       "ON h.user_id = ? AND h.conv_id = j.c AND h.conv_index = j.i",
	.in = list_in,
	.in_size = sizeof(struct query),
	.out = unseen_out,
	.out_size = sizeof(struct unseen),
};

int personal_sql_hidden(struct db *db, struct arena *a, int64_t user_id,
    struct str places, struct unseen **out, size_t *n_out, struct error *err)
{
	struct query in = { .user_id = user_id, .list = places };

	return db_rows(db, &hidden_at, &in, a, out, n_out, err);
}

static const struct db_field range_in[] = {
	DB_I64(struct query, user_id),
	DB_I64(struct query, conv_id),
	DB_I64(struct query, lo),
	DB_I64(struct query, hi),
	DB_END,
};

static const struct db_stmt hidden_range = {
	.name = "personal.hidden_range",
	.sql = "SELECT h.conv_id, h.conv_index, h.user_id "
	       "FROM message_hidden h WHERE h.user_id = ? AND h.conv_id = ? "
	       "AND h.conv_index BETWEEN ? AND ?",
	.in = range_in,
	.in_size = sizeof(struct query),
	.out = unseen_out,
	.out_size = sizeof(struct unseen),
};

int personal_sql_hidden_range(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, int64_t lo, int64_t hi, struct unseen **out, size_t *n_out,
    struct error *err)
{
	struct query in = { .user_id = user_id,
		.conv_id = conv_id,
		.lo = lo,
		.hi = hi };

	return db_rows(db, &hidden_range, &in, a, out, n_out, err);
}

static const struct db_field unseen_in[] = {
	DB_STR(struct query, list),
	DB_STR(struct query, list),
	DB_END,
};

static const struct db_stmt unseen = {
	.name = "personal.unseen",
	.sql = "SELECT h.conv_id, h.conv_index, h.user_id "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "i BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN message_hidden h FORCE INDEX (message_hidden_at) "
	       "ON h.conv_id = j.c AND h.conv_index = j.i "
	       "UNION ALL SELECT s.conv_id, j.i, s.user_id "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "i BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN chat_setting s "
	       "FORCE INDEX (chat_setting_cleared) "
	       "ON s.conv_id = j.c AND s.cleared_index >= j.i",
	.in = unseen_in,
	.in_size = sizeof(struct query),
	.out = unseen_out,
	.out_size = sizeof(struct unseen),
};

int personal_sql_unseen(struct db *db, struct arena *a, struct str places,
    struct unseen **out, size_t *n_out, struct error *err)
{
	struct query in = { .list = places };

	return db_rows(db, &unseen, &in, a, out, n_out, err);
}

static const struct db_field count_out[] = {
	DB_I64(struct personal_count, conv_id),
	DB_I64(struct personal_count, unread),
	DB_I64(struct personal_count, mentions),
	DB_END,
};

/* Without those that entry_away takes away already. */
static const struct db_stmt counts = {
	.name = "personal.counts",
	.sql = "SELECT h.conv_id, "
	       "CAST(SUM(h.countable = 1 AND h.sender_id <> h.user_id "
	       "AND h.conv_index <= j.last) AS SIGNED), COUNT(x.user_id) "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "mark BIGINT PATH '$[1]', last BIGINT PATH '$[2]')) j "
	       "STRAIGHT_JOIN message_hidden h FORCE INDEX (PRIMARY) "
	       "ON h.user_id = ? AND h.conv_id = j.c AND h.conv_index > j.mark "
	       "LEFT JOIN entry_away w ON w.conv_id = h.conv_id "
	       "AND w.conv_index = h.conv_index AND " IS_AWAY
	       "LEFT JOIN mention x ON x.user_id = h.user_id "
	       "AND x.conv_id = h.conv_id AND x.conv_index = h.conv_index "
	       "WHERE w.conv_id IS NULL GROUP BY h.conv_id ORDER BY NULL",
	.in = list_in,
	.in_size = sizeof(struct query),
	.out = count_out,
	.out_size = sizeof(struct personal_count),
};

int personal_sql_counts(struct db *db, struct arena *a, int64_t user_id,
    struct str spans, struct personal_count **out, size_t *n_out,
    struct error *err)
{
	struct query in = { .user_id = user_id, .list = spans };

	return db_rows(db, &counts, &in, a, out, n_out, err);
}

/* ---- changes ---- */

static const struct db_field hide_in[] = {
	DB_I64(struct hidden, user_id),
	DB_I64(struct hidden, conv_id),
	DB_I64(struct hidden, conv_index),
	DB_I64(struct hidden, msg_id),
	DB_I64(struct hidden, sender_id),
	DB_I64(struct hidden, countable),
	DB_I64(struct hidden, hidden_ms),
	DB_END,
};

static const struct db_stmt hide = {
	.name = "personal.hide",
	.sql = "INSERT IGNORE INTO message_hidden (user_id, conv_id, "
	       "conv_index, msg_id, sender_id, countable, hidden_ms) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?)",
	.in = hide_in,
	.in_size = sizeof(struct hidden),
};

int personal_sql_hide(struct db *db, const struct hidden *h, struct error *err)
{
	int64_t inserted;

	if (db_exec(db, &hide, h, &inserted, err) < 0)
		return -1;
	return inserted > 0;
}

/* Assignments are evaluated from left to right: cleared_index is compared, then
 * set. */
static const struct db_stmt put = {
	.name = "personal.put",
	.sql =
	    "INSERT INTO chat_setting (user_id, conv_id, cleared_index, "
	    "cleared_ordinal, has_hidden) VALUES (?, ?, ?, ?, ?) "
	    "ON DUPLICATE KEY UPDATE "
	    "cleared_ordinal = IF(VALUES(cleared_index) > cleared_index, "
	    "VALUES(cleared_ordinal), cleared_ordinal), "
	    "cleared_index = GREATEST(cleared_index, VALUES(cleared_index)), "
	    "has_hidden = GREATEST(has_hidden, VALUES(has_hidden))",
	.in = personal_fields,
	.in_size = sizeof(struct personal),
};

int personal_sql_put(struct db *db, const struct personal *p, struct error *err)
{
	return db_exec(db, &put, p, NULL, err);
}

static const struct db_stmt flag = {
	.name = "personal.flag",
	.sql = "UPDATE user_seq SET has_personal = 1 WHERE user_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int personal_sql_flag(struct db *db, int64_t user_id, struct error *err)
{
	struct db_id in = { user_id };

	return db_exec(db, &flag, &in, NULL, err);
}

const struct db_stmt *const personal_statements[] = { &load, &get, &hidden_at,
	&hidden_range, &unseen, &counts, NULL };
const struct db_stmt *const personal_write_statements[] = { &hide, &put, &flag,
	NULL };
