#include "im/consumer/fanout_sql.h"

#include "im/site/consumer.h"

_Static_assert(CONSUMER_FANOUT == 1, "the consumer in these statements");

/* ---- finding work ---- */

struct ready {
	int64_t p0, p1, p2, p3;
};
_Static_assert(CONV_PARTS == 4, "one column a part");

static const struct db_field ready_out[] = {
	DB_I64(struct ready, p0),
	DB_I64(struct ready, p1),
	DB_I64(struct ready, p2),
	DB_I64(struct ready, p3),
	DB_END,
};

#define READY(part)                                          \
	"EXISTS(SELECT 1 FROM log_dirty WHERE consumer = 1 " \
	"AND part = " #part ")"

static const struct db_stmt ready = {
	.name = "fanout.ready",
	.sql = "SELECT " READY(0) ", " READY(1) ", " READY(2) ", " READY(3),
	.out = ready_out,
	.out_size = sizeof(struct ready),
};

int fanout_sql_ready(struct db *db, uint64_t *parts_out, struct error *err)
{
	struct ready row = { 0 };

	if (db_row(db, &ready, NULL, NULL, &row, err) < 0)
		return -1;
	*parts_out = (uint64_t)(row.p0 | row.p1 << 1 | row.p2 << 2 |
				row.p3 << 3);
	return 0;
}

struct place {
	int64_t part, after, limit;
};

static const struct db_field place_in[] = {
	DB_I64(struct place, part),
	DB_I64(struct place, after),
	DB_I64(struct place, limit),
	DB_END,
};

static const struct db_field dirty_out[] = {
	DB_I64(struct fanout_dirty, conv_id),
	DB_I64(struct fanout_dirty, head),
	DB_I64(struct fanout_dirty, since_ms),
	DB_END,
};

static const struct db_stmt dirty = {
	.name = "fanout.dirty",
	.sql = "SELECT conv_id, head, since_ms FROM log_dirty "
	       "WHERE consumer = 1 AND part = ? AND conv_id > ? "
	       "ORDER BY conv_id LIMIT ?",
	.in = place_in,
	.in_size = sizeof(struct place),
	.out = dirty_out,
	.out_size = sizeof(struct fanout_dirty),
};

int fanout_sql_dirty(struct db *db, struct arena *a, int64_t part,
    int64_t after, int64_t limit, struct fanout_dirty **out, size_t *n_out,
    struct error *err)
{
	struct place in = { part, after, limit };

	return db_rows(db, &dirty, &in, a, out, n_out, err);
}

static const struct db_field facts_out[] = {
	DB_I64(struct fanout_conv, conv_id),
	DB_I64(struct fanout_conv, last_index),
	DB_I64(struct fanout_conv, kind),
	DB_I64(struct fanout_conv, member_count),
	DB_I64(struct fanout_conv, dissolved_ms),
	DB_I64(struct fanout_conv, created_by),
	DB_I64(struct fanout_conv, created_ms),
	DB_I64(struct fanout_conv, has_cursor),
	DB_I64(struct fanout_conv, done_index),
	DB_I64(struct fanout_conv, hi_index),
	DB_I64(struct fanout_conv, after_user_id),
	DB_END,
};

static const struct db_stmt facts = {
	.name = "fanout.facts",
	.sql = "SELECT s.conv_id, s.last_index, v.kind, v.member_count, "
	       "v.dissolved_ms, v.created_by, v.created_ms, "
	       "c.conv_id IS NOT NULL, c.done_index, c.hi_index, "
	       "c.after_user_id "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
	       "STRAIGHT_JOIN conversation v ON v.conv_id = s.conv_id "
	       "LEFT JOIN log_cursor c ON c.consumer = 1 "
	       "AND c.conv_id = s.conv_id",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = facts_out,
	.out_size = sizeof(struct fanout_conv),
};

int fanout_sql_facts(struct db *db, struct arena *a, struct str conv_ids,
    struct fanout_conv **out, size_t *n_out, struct error *err)
{
	struct db_text in = { conv_ids };

	return db_rows(db, &facts, &in, a, out, n_out, err);
}

/* ---- who gets it ---- */

struct members {
	struct str triples;
};

static const struct db_field members_in[] = {
	DB_STR(struct members, triples),
	DB_STR(struct members, triples),
	DB_END,
};

static const struct db_field member_out[] = {
	DB_I64(struct fanout_member, conv_id),
	DB_I64(struct fanout_member, user_id),
	DB_I64(struct fanout_member, joined_index),
	DB_I64(struct fanout_member, left_index),
	DB_I64(struct fanout_member, role),
	DB_END,
};

/* One statement, one snapshot: a member who comes back moves from one table
 * to the other. */
#define TRIPLES                                                    \
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', " \
	"lo BIGINT PATH '$[1]', hi BIGINT PATH '$[2]')) j "

static const struct db_stmt members = {
	.name = "fanout.members",
	.sql = "SELECT m.conv_id, m.user_id, m.joined_index, m.left_index, "
	       "m.role " TRIPLES "STRAIGHT_JOIN member m ON m.conv_id = j.c "
	       "WHERE m.joined_index <= j.hi "
	       "AND (m.left_index = 0 OR m.left_index >= j.lo) "
	       "UNION ALL "
	       "SELECT m.conv_id, m.user_id, m.joined_index, "
	       "m.left_index, 0 " TRIPLES
	       "STRAIGHT_JOIN member_past m ON m.conv_id = j.c "
	       "WHERE m.joined_index <= j.hi AND m.left_index >= j.lo",
	.in = members_in,
	.in_size = sizeof(struct members),
	.out = member_out,
	.out_size = sizeof(struct fanout_member),
};

int fanout_sql_members(struct db *db, struct arena *a, struct str triples,
    struct fanout_member **out, size_t *n_out, struct error *err)
{
	struct members in = { triples };

	return db_rows(db, &members, &in, a, out, n_out, err);
}

struct chunk {
	int64_t conv_id, after_user_id, lo, hi, limit;
};

static const struct db_field chunk_in[] = {
	DB_I64(struct chunk, conv_id),
	DB_I64(struct chunk, after_user_id),
	DB_I64(struct chunk, hi),
	DB_I64(struct chunk, lo),
	DB_I64(struct chunk, limit),
	DB_I64(struct chunk, conv_id),
	DB_I64(struct chunk, after_user_id),
	DB_I64(struct chunk, hi),
	DB_I64(struct chunk, lo),
	DB_I64(struct chunk, limit),
	DB_END,
};

static const struct db_stmt chunk = {
	.name = "fanout.chunk",
	.sql = "(SELECT conv_id, user_id, joined_index, left_index, role "
	       "FROM member WHERE conv_id = ? AND user_id > ? "
	       "AND joined_index <= ? AND (left_index = 0 OR left_index >= ?) "
	       "ORDER BY user_id LIMIT ?) "
	       "UNION ALL "
	       "(SELECT conv_id, user_id, joined_index, left_index, 0 "
	       "FROM member_past WHERE conv_id = ? AND user_id > ? "
	       "AND joined_index <= ? AND left_index >= ? "
	       "ORDER BY user_id LIMIT ?)",
	.in = chunk_in,
	.in_size = sizeof(struct chunk),
	.out = member_out,
	.out_size = sizeof(struct fanout_member),
};

int fanout_sql_chunk(struct db *db, struct arena *a,
    const struct fanout_conv *c, int64_t limit, struct fanout_member **out,
    size_t *n_out, struct error *err)
{
	struct chunk in = { c->conv_id, c->after_user_id, c->lo, c->to, limit };

	return db_rows(db, &chunk, &in, a, out, n_out, err);
}

/* ---- the transaction ---- */

static const struct db_field make_in[] = {
	DB_I64(struct fanout_conv, conv_id),
	DB_END,
};

static const struct db_stmt make_cursor = {
	.name = "fanout.make_cursor",
	.sql = "INSERT IGNORE INTO log_cursor (consumer, conv_id) "
	       "VALUES (1, ?)",
	.in = make_in,
	.in_size = sizeof(struct fanout_conv),
};

static const struct db_field move_in[] = {
	DB_I64(struct fanout_conv, next_done),
	DB_I64(struct fanout_conv, next_hi),
	DB_I64(struct fanout_conv, next_after),
	DB_I64(struct fanout_conv, conv_id),
	DB_I64(struct fanout_conv, done_index),
	DB_I64(struct fanout_conv, hi_index),
	DB_I64(struct fanout_conv, after_user_id),
	DB_END,
};

static const struct db_stmt move_many = DB_MANY("fanout.move_many",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS("
    "to_done BIGINT PATH '$[0]', to_hi BIGINT PATH '$[1]', "
    "to_user BIGINT PATH '$[2]', id BIGINT PATH '$[3]', "
    "done BIGINT PATH '$[4]', hi BIGINT PATH '$[5]', "
    "user BIGINT PATH '$[6]')) j "
    "STRAIGHT_JOIN log_cursor c ON c.consumer = 1 AND c.conv_id = j.id "
    "SET c.done_index = j.to_done, c.hi_index = j.to_hi, "
    "c.after_user_id = j.to_user "
    "WHERE c.done_index = j.done AND c.hi_index = j.hi "
    "AND c.after_user_id = j.user");

static const struct db_stmt move_cursor = {
	.name = "fanout.move_cursor",
	.sql = "UPDATE log_cursor "
	       "SET done_index = ?, hi_index = ?, after_user_id = ? "
	       "WHERE consumer = 1 AND conv_id = ? AND done_index = ? "
	       "AND hi_index = ? AND after_user_id = ?",
	.in = move_in,
	.in_size = sizeof(struct fanout_conv),
	.many = &move_many,
};

int fanout_sql_make_cursors(struct db *db, const struct fanout_conv *convs,
    size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (!convs[i].has_cursor &&
		    db_exec(db, &make_cursor, &convs[i], NULL, err) < 0)
			return -1;
	return 0;
}

int fanout_sql_move_cursors(struct db *db, const struct fanout_conv *convs,
    size_t n, int64_t *matched_out, struct error *err)
{
	return db_exec_bulk(db, &move_cursor, convs, n, sizeof(*convs),
	    matched_out, err);
}

static const struct db_field chat_in[] = {
	DB_I64(struct fanout_chat, user_id),
	DB_I64(struct fanout_chat, conv_id),
	DB_I64(struct fanout_chat, listed),
	DB_I64(struct fanout_chat, first_ms),
	DB_I64(struct fanout_chat, last_index),
	DB_I64(struct fanout_chat, last_message_index),
	DB_I64(struct fanout_chat, last_ordinal),
	DB_I64(struct fanout_chat, own_ordinal),
	DB_I64(struct fanout_chat, base_index),
	DB_I64(struct fanout_chat, base_ordinal),
	DB_I64(struct fanout_chat, base_own),
	DB_I64(struct fanout_chat, bump_ms),
	DB_I64(struct fanout_chat, base_own),
	DB_I64(struct fanout_chat, base_own),
	DB_END,
};

/* Assignments are evaluated from left to right: the columns that base_own and
 * base_ordinal compare are set after them. */
static const struct db_stmt put_chat = {
	.name = "fanout.chat",
	.sql = "INSERT INTO chat (user_id, conv_id, listed, last_ms, "
	       "last_index, last_message_index, last_ordinal, own_ordinal, "
	       "base_index, base_ordinal, base_own) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, GREATEST(0, ?)) "
	       "ON DUPLICATE KEY UPDATE "
	       "listed = VALUES(listed), last_ms = GREATEST(last_ms, ?), "
	       "last_index = GREATEST(last_index, VALUES(last_index)), "
	       "last_message_index = GREATEST(last_message_index, "
	       "VALUES(last_message_index)), "
	       "last_ordinal = GREATEST(last_ordinal, VALUES(last_ordinal)), "
	       "base_own = IF(VALUES(base_index) <= base_index, base_own, "
	       "IF(? < 0, own_ordinal, ?)), "
	       "base_ordinal = IF(VALUES(base_index) <= base_index, "
	       "base_ordinal, VALUES(base_ordinal)), "
	       "base_index = GREATEST(base_index, VALUES(base_index)), "
	       "own_ordinal = GREATEST(own_ordinal, VALUES(own_ordinal))",
	.in = chat_in,
	.in_size = sizeof(struct fanout_chat),
};

int fanout_sql_chats(struct db *db, const struct fanout_chat *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &put_chat, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field mention_in[] = {
	DB_I64(struct fanout_mention, user_id),
	DB_I64(struct fanout_mention, conv_id),
	DB_I64(struct fanout_mention, conv_index),
	DB_END,
};

static const struct db_stmt put_mention = {
	.name = "fanout.mention",
	.sql = "INSERT INTO mention (user_id, conv_id, conv_index) "
	       "VALUES (?, ?, ?)",
	.in = mention_in,
	.in_size = sizeof(struct fanout_mention),
};

int fanout_sql_mentions(struct db *db, const struct fanout_mention *rows,
    size_t n, struct error *err)
{
	return db_exec_bulk(db, &put_mention, rows, n, sizeof(*rows), NULL,
	    err);
}

static const struct db_field clean_in[] = {
	DB_I64(struct fanout_dirty, part),
	DB_I64(struct fanout_dirty, conv_id),
	DB_I64(struct fanout_dirty, head),
	DB_END,
};

static const struct db_stmt clean_many = DB_MANY("fanout.clean_many",
    "DELETE d FROM JSON_TABLE(?, '$[*]' COLUMNS(p BIGINT PATH '$[0]', "
    "c BIGINT PATH '$[1]', h BIGINT PATH '$[2]')) j "
    "STRAIGHT_JOIN log_dirty d ON d.consumer = 1 AND d.part = j.p "
    "AND d.conv_id = j.c WHERE d.head <= j.h");

static const struct db_stmt clean = {
	.name = "fanout.clean",
	.sql = "DELETE FROM log_dirty WHERE consumer = 1 "
	       "AND part = ? AND conv_id = ? AND head <= ?",
	.in = clean_in,
	.in_size = sizeof(struct fanout_dirty),
	.many = &clean_many,
};

static const struct db_stmt due_many = DB_MANY("fanout.due_many",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS(p BIGINT PATH '$[0]', "
    "c BIGINT PATH '$[1]', h BIGINT PATH '$[2]')) j "
    "STRAIGHT_JOIN log_dirty d ON d.consumer = 1 AND d.part = j.p "
    "AND d.conv_id = j.c "
    "STRAIGHT_JOIN entry e ON e.conv_id = j.c AND e.conv_index = j.h + 1 "
    "SET d.since_ms = e.sent_ms");

static const struct db_stmt due = {
	.name = "fanout.due",
	.sql = "UPDATE log_dirty d JOIN entry e ON e.conv_id = d.conv_id "
	       "SET d.since_ms = e.sent_ms WHERE d.consumer = 1 "
	       "AND d.part = ? AND d.conv_id = ? AND e.conv_index = ? + 1",
	.in = clean_in,
	.in_size = sizeof(struct fanout_dirty),
	.many = &due_many,
};

int fanout_sql_clean(struct db *db, const struct fanout_dirty *rows, size_t n,
    struct error *err)
{
	int64_t gone;

	if (db_exec_bulk(db, &clean, rows, n, sizeof(*rows), &gone, err) < 0)
		return -1;
	if (gone == (int64_t)n)
		return 0;
	return db_exec_bulk(db, &due, rows, n, sizeof(*rows), NULL, err);
}

const struct db_stmt *const fanout_statements[] = { &ready, &dirty, &facts,
	&members, &chunk, &make_cursor, &move_cursor, &put_chat, &put_mention,
	&clean, &due, NULL };
