#include "im/consumer/fanout_write_sql.h"

#include "im/consumer/derived.h"
#include "im/consumer/fanout_write.h"
#include "im/site/consumer.h"

_Static_assert(CONSUMER_FANOUT == 1, "the consumer in these statements");

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
	DB_I64(struct fanout_conv, next_mode),
	DB_I64(struct fanout_conv, conv_id),
	DB_I64(struct fanout_conv, done_index),
	DB_I64(struct fanout_conv, hi_index),
	DB_I64(struct fanout_conv, after_user_id),
	DB_I64(struct fanout_conv, cursor_mode),
	DB_END,
};

static const struct db_stmt move_many = DB_MANY("fanout.move_many",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS("
    "to_done BIGINT PATH '$[0]', to_hi BIGINT PATH '$[1]', "
    "to_user BIGINT PATH '$[2]', to_mode INT PATH '$[3]', "
    "id BIGINT PATH '$[4]', done BIGINT PATH '$[5]', "
    "hi BIGINT PATH '$[6]', user BIGINT PATH '$[7]', "
    "mode INT PATH '$[8]')) j "
    "STRAIGHT_JOIN log_cursor c ON c.consumer = 1 AND c.conv_id = j.id "
    "SET c.done_index = j.to_done, c.hi_index = j.to_hi, "
    "c.after_user_id = j.to_user, c.mode = j.to_mode "
    "WHERE c.done_index = j.done AND c.hi_index = j.hi "
    "AND c.after_user_id = j.user AND c.mode = j.mode");

static const struct db_stmt move_cursor = {
	.name = "fanout.move_cursor",
	.sql = "UPDATE log_cursor "
	       "SET done_index = ?, hi_index = ?, after_user_id = ?, mode = ? "
	       "WHERE consumer = 1 AND conv_id = ? AND done_index = ? "
	       "AND hi_index = ? AND after_user_id = ? AND mode = ?",
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
    size_t n, struct error *err)
{
	const struct db_expect all = { (int64_t)n, ERR_MOVED,
		"a cursor has moved" };

	return db_exec_expect(db, &move_cursor, convs, n, sizeof(*convs), &all,
	    err);
}

static const struct db_field chat_in[] = {
	DB_I64(struct fanout_chat, user_id),
	DB_I64(struct fanout_chat, conv_id),
	DB_I64(struct fanout_chat, mode),
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
	.sql = "INSERT INTO chat (user_id, conv_id, mode, listed, last_ms, "
	       "last_index, last_message_index, last_ordinal, own_ordinal, "
	       "base_index, base_ordinal, base_own) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, GREATEST(0, ?)) "
	       "ON DUPLICATE KEY UPDATE "
	       "mode = VALUES(mode), listed = VALUES(listed), "
	       "last_ms = GREATEST(last_ms, ?), "
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

/* Sets what fan-out did not update in mode pull, from the log; base_own only
 * where the interval is new. */
#define SETTLE_OWN(at) LOG_OWN_ORDINAL("c.conv_id", "c.user_id", at)
#define SETTLE_MESSAGE \
	LOG_NEWEST_MESSAGE("c.conv_id", "c.base_index", "c.last_index")
#define SETTLE_BUMP LOG_NEWEST_BUMP("c.conv_id", "c.base_index", "c.last_index")
#define OWN_AT_LAST SETTLE_OWN("c.last_index")
#define OWN_AT_BASE SETTLE_OWN("c.base_index")
#define SETTLED(base_is_new)                                     \
	"c.own_ordinal = " OWN_AT_LAST ", "                      \
	"c.base_own = IF(" base_is_new " > 0, " OWN_AT_BASE ", " \
	"c.base_own), "                                          \
	"c.last_message_index = COALESCE(" SETTLE_MESSAGE ", "   \
	"c.last_message_index), "                                \
	"c.last_ms = GREATEST(c.last_ms, COALESCE(" SETTLE_BUMP ", 0)) "

static const struct db_field settle_in[] = {
	DB_I64(struct fanout_chat, base_index),
	DB_I64(struct fanout_chat, user_id),
	DB_I64(struct fanout_chat, conv_id),
	DB_END,
};

static const struct db_stmt settle_many = DB_MANY("fanout.settle_many",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS(base BIGINT PATH '$[0]', "
    "u BIGINT PATH '$[1]', v BIGINT PATH '$[2]')) j "
    "STRAIGHT_JOIN chat c ON c.user_id = j.u AND c.conv_id = j.v "
    "SET " SETTLED("j.base"));

static const struct db_stmt settle = {
	.name = "fanout.settle",
	.sql = "UPDATE chat c SET " SETTLED(
	    "?") "WHERE c.user_id = ? AND c.conv_id = ?",
	.in = settle_in,
	.in_size = sizeof(struct fanout_chat),
	.many = &settle_many,
};

int fanout_sql_settle(struct db *db, const struct fanout_chat *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &settle, rows, n, sizeof(*rows), NULL, err);
}

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
	DB_I64(struct fanout_dirty, turns),
	DB_END,
};

static const struct db_stmt clean_many = DB_MANY("fanout.clean_many",
    "DELETE d FROM JSON_TABLE(?, '$[*]' COLUMNS(p BIGINT PATH '$[0]', "
    "c BIGINT PATH '$[1]', h BIGINT PATH '$[2]', t INT PATH '$[3]')) j "
    "STRAIGHT_JOIN log_dirty d ON d.consumer = 1 AND d.part = j.p "
    "AND d.conv_id = j.c WHERE d.head <= j.h AND d.turns = j.t");

static const struct db_stmt clean = {
	.name = "fanout.clean",
	.sql = "DELETE FROM log_dirty WHERE consumer = 1 "
	       "AND part = ? AND conv_id = ? AND head <= ? AND turns = ?",
	.in = clean_in,
	.in_size = sizeof(struct fanout_dirty),
	.many = &clean_many,
};

static const struct db_field due_in[] = {
	DB_I64(struct fanout_dirty, part),
	DB_I64(struct fanout_dirty, conv_id),
	DB_I64(struct fanout_dirty, head),
	DB_END,
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
	.in = due_in,
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

const struct db_stmt *const fanout_write_statements[] = { &make_cursor,
	&move_cursor, &put_chat, &settle, &put_mention, &clean, &due, NULL };
const struct db_stmt *const fanout_write_now_statements[] = { &move_cursor,
	&put_chat, &put_mention, NULL };
