#include "im/user/badge_sql.h"

#include "im/user/unread.h"

struct query {
	int64_t user_id, now_ms, after, limit;
	struct str list;
};

static const struct db_field get_in[] = {
	DB_I64(struct query, user_id),
	DB_I64(struct query, user_id),
	DB_I64(struct query, user_id),
	DB_END,
};

static const struct db_field get_out[] = {
	DB_I64(struct badge, user_id),
	DB_I64(struct badge, upto_index),
	DB_I64(struct badge, total),
	DB_I64(struct badge, floor_index),
	DB_I64(struct badge, last_index),
	DB_I64(struct badge, again_ms),
	DB_I64(struct badge, has_pull),
	DB_END,
};

static const struct db_stmt get = {
	.name = "badge.get",
	.sql = "SELECT s.user_id, COALESCE(b.upto_index, 0), "
	       "COALESCE(b.total, 0), s.floor_index, s.last_index, "
	       "COALESCE((SELECT MIN(k.again_ms) FROM badge_chat k "
	       "WHERE k.user_id = ? AND k.again_ms > 0), 0), " HAS_PULL
	       "FROM user_seq s LEFT JOIN badge b ON b.user_id = s.user_id "
	       "WHERE s.user_id = ?",
	.in = get_in,
	.in_size = sizeof(struct query),
	.out = get_out,
	.out_size = sizeof(struct badge),
};

int badge_sql_get(struct db *db, struct arena *a, int64_t user_id,
    struct badge *out, struct error *err)
{
	struct query in = { .user_id = user_id };

	*out = (struct badge){ .user_id = user_id };
	return db_row(db, &get, &in, a, out, err);
}

static const struct db_stmt make = {
	.name = "badge.make",
	.sql = "INSERT IGNORE INTO badge (user_id, upto_index, total) "
	       "VALUES (?, 0, 0)",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

static const struct db_stmt lock = {
	.name = "badge.lock",
	.sql = "SELECT user_id FROM badge WHERE user_id = ? FOR UPDATE",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int badge_sql_lock(struct db *db, struct arena *a, int64_t user_id,
    struct error *err)
{
	struct db_id in = { user_id }, row;

	if (db_exec(db, &make, &in, NULL, err) < 0)
		return -1;
	return db_row(db, &lock, &in, a, &row, err) < 0 ? -1 : 0;
}

static const struct db_field put_in[] = {
	DB_I64(struct badge, upto_index),
	DB_I64(struct badge, total),
	DB_I64(struct badge, user_id),
	DB_END,
};

static const struct db_stmt put = {
	.name = "badge.put",
	.sql = "UPDATE badge SET upto_index = ?, total = ? WHERE user_id = ?",
	.in = put_in,
	.in_size = sizeof(struct badge),
};

int badge_sql_put(struct db *db, const struct badge *b, struct error *err)
{
	return db_exec(db, &put, b, NULL, err);
}

/* ---- which chats ---- */

static const struct db_field tail_in[] = {
	DB_I64(struct query, user_id),
	DB_I64(struct query, after),
	DB_I64(struct query, limit),
	DB_END,
};

static const struct db_stmt tail = {
	.name = "badge.tail",
	.sql = "SELECT conv_id FROM inbox WHERE user_id = ? "
	       "AND user_index > ? ORDER BY user_index LIMIT ?",
	.in = tail_in,
	.in_size = sizeof(struct query),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int badge_sql_tail(struct db *db, struct arena *a, int64_t user_id,
    int64_t after, int64_t limit, struct db_id **out, size_t *n_out,
    struct error *err)
{
	struct query in = { .user_id = user_id,
		.after = after,
		.limit = limit };

	return db_rows(db, &tail, &in, a, out, n_out, err);
}

static const struct db_field lapsed_in[] = {
	DB_I64(struct query, user_id),
	DB_I64(struct query, now_ms),
	DB_END,
};

static const struct db_stmt lapsed = {
	.name = "badge.lapsed",
	.sql = "SELECT conv_id FROM badge_chat FORCE INDEX (badge_chat_again) "
	       "WHERE user_id = ? AND again_ms > 0 AND again_ms <= ?",
	.in = lapsed_in,
	.in_size = sizeof(struct query),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int badge_sql_lapsed(struct db *db, struct arena *a, int64_t user_id,
    int64_t now_ms, struct db_id **out, size_t *n_out, struct error *err)
{
	struct query in = { .user_id = user_id, .now_ms = now_ms };

	return db_rows(db, &lapsed, &in, a, out, n_out, err);
}

static const struct db_stmt pull = {
	.name = "badge.pull",
	.sql = "SELECT conv_id FROM chat FORCE INDEX (chat_rank) "
	       "WHERE user_id = ? AND mode = 2 AND listed = 1 "
	       "ORDER BY pinned DESC, last_ms DESC, conv_id DESC LIMIT 1000",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};
_Static_assert(CHAT_PULL_MAX == 1000, "the limit in badge.pull");

int badge_sql_pull(struct db *db, struct arena *a, int64_t user_id,
    struct db_id **out, size_t *n_out, struct error *err)
{
	struct db_id in = { user_id };

	return db_rows(db, &pull, &in, a, out, n_out, err);
}

static const struct db_stmt plain = {
	.name = "badge.plain",
	.sql = "SELECT c.conv_id FROM chat c LEFT JOIN mark m "
	       "ON m.conv_id = c.conv_id AND m.user_id = c.user_id "
	       "WHERE c.user_id = ? AND c.mode = 1 AND c.listed = 1 "
	       "AND " CHAT_PLAIN " > 0",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int badge_sql_plain(struct db *db, struct arena *a, int64_t user_id,
    struct db_id **out, size_t *n_out, struct error *err)
{
	struct db_id in = { user_id };

	return db_rows(db, &plain, &in, a, out, n_out, err);
}

static const struct db_field known_in[] = {
	DB_I64(struct query, user_id),
	DB_I64(struct query, limit),
	DB_END,
};

static const struct db_stmt known = {
	.name = "badge.known",
	.sql = "SELECT conv_id FROM badge_chat FORCE INDEX (PRIMARY) "
	       "WHERE user_id = ? LIMIT ?",
	.in = known_in,
	.in_size = sizeof(struct query),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int badge_sql_known(struct db *db, struct arena *a, int64_t user_id,
    int64_t limit, struct db_id **out, size_t *n_out, struct error *err)
{
	struct query in = { .user_id = user_id, .limit = limit };

	return db_rows(db, &known, &in, a, out, n_out, err);
}

/* ---- what is in the sum of each ---- */

static const struct db_field list_in[] = {
	DB_STR(struct query, list),
	DB_I64(struct query, user_id),
	DB_END,
};

static const struct db_field chat_fields[] = {
	DB_I64(struct badge_chat, user_id),
	DB_I64(struct badge_chat, conv_id),
	DB_I64(struct badge_chat, unread),
	DB_I64(struct badge_chat, counted),
	DB_I64(struct badge_chat, again_ms),
	DB_END,
};

static const struct db_stmt chats = {
	.name = "badge.chats",
	.sql = "SELECT b.user_id, b.conv_id, b.unread, b.counted, b.again_ms "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN badge_chat b FORCE INDEX (PRIMARY) "
	       "ON b.user_id = ? AND b.conv_id = j.id",
	.in = list_in,
	.in_size = sizeof(struct query),
	.out = chat_fields,
	.out_size = sizeof(struct badge_chat),
};

int badge_sql_chats(struct db *db, struct arena *a, int64_t user_id,
    struct str conv_ids, struct badge_chat **out, size_t *n_out,
    struct error *err)
{
	struct query in = { .user_id = user_id, .list = conv_ids };

	return db_rows(db, &chats, &in, a, out, n_out, err);
}

static const struct db_stmt put_chat = {
	.name = "badge.put_chat",
	.sql = "INSERT INTO badge_chat (user_id, conv_id, unread, counted, "
	       "again_ms) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
	       "unread = VALUES(unread), counted = VALUES(counted), "
	       "again_ms = VALUES(again_ms)",
	.in = chat_fields,
	.in_size = sizeof(struct badge_chat),
};

int badge_sql_put_chats(struct db *db, const struct badge_chat *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &put_chat, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field drop_in[] = {
	DB_I64(struct badge_chat, user_id),
	DB_I64(struct badge_chat, conv_id),
	DB_END,
};

static const struct db_stmt drop_many = DB_MANY("badge.drop_many",
    "DELETE b FROM JSON_TABLE(?, '$[*]' COLUMNS(u BIGINT PATH '$[0]', "
    "c BIGINT PATH '$[1]')) j "
    "STRAIGHT_JOIN badge_chat b ON b.user_id = j.u AND b.conv_id = j.c");

static const struct db_stmt drop_chat = {
	.name = "badge.drop_chat",
	.sql = "DELETE FROM badge_chat WHERE user_id = ? AND conv_id = ?",
	.in = drop_in,
	.in_size = sizeof(struct badge_chat),
	.many = &drop_many,
};

int badge_sql_drop_chats(struct db *db, const struct badge_chat *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &drop_chat, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field expiring_in[] = {
	DB_STR(struct query, list),
	DB_I64(struct query, now_ms),
	DB_END,
};

static const struct db_field expiring_out[] = {
	DB_I64(struct badge_chat, conv_id),
	DB_I64(struct badge_chat, again_ms),
	DB_END,
};

static const struct db_stmt expiring = {
	.name = "badge.expiring",
	.sql = "SELECT w.conv_id, MIN(w.from_ms) "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "mark BIGINT PATH '$[1]', last BIGINT PATH '$[2]')) j "
	       "STRAIGHT_JOIN entry_away w FORCE INDEX (PRIMARY) "
	       "ON w.conv_id = j.c AND w.conv_index > j.mark "
	       "AND w.conv_index <= j.last "
	       "WHERE w.countable = 1 AND w.from_ms > ? "
	       "GROUP BY w.conv_id ORDER BY NULL",
	.in = expiring_in,
	.in_size = sizeof(struct query),
	.out = expiring_out,
	.out_size = sizeof(struct badge_chat),
};

int badge_sql_expiring(struct db *db, struct arena *a, int64_t now_ms,
    struct str spans, struct badge_chat **out, size_t *n_out, struct error *err)
{
	struct query in = { .list = spans, .now_ms = now_ms };

	return db_rows(db, &expiring, &in, a, out, n_out, err);
}

const struct db_stmt *const badge_statements[] = { &get, &make, &lock, &put,
	&tail, &lapsed, &pull, &plain, &known, &chats, &put_chat, &drop_chat,
	&expiring, NULL };
