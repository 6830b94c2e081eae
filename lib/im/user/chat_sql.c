#include "im/user/chat_sql.h"

#include "im/user/unread.h"

#define COLUMNS(last_ms, last_index, last_ordinal, read, unread, hidden,   \
    shown)                                                                 \
	"c.user_id, c.conv_id, c.mode, c.listed, c.pinned, " last_ms       \
	", " last_index ", c.last_message_index, " last_ordinal            \
	", c.muted_until_ms, COALESCE(s.notify, 0), " hidden               \
	", c.listed = 1 AND " shown ", COALESCE(s.marked_unread, 0), "     \
	"c.cleared_index, c.has_hidden, s.folder, s.background, s.draft, " \
	"s.draft_version, s.remark, " read ", " unread ", "                \
	"(SELECT COUNT(*) FROM mention x "                                 \
	"WHERE x.user_id = c.user_id AND x.conv_id = c.conv_id "           \
	"AND x.conv_index > " read " AND NOT EXISTS(SELECT 1 "             \
	"FROM entry_away w WHERE w.conv_id = x.conv_id "                   \
	"AND w.conv_index = x.conv_index AND " IS_AWAY ")) "

#define CHAT_COLUMNS                                           \
	COLUMNS("c.last_ms", "c.last_index", "c.last_ordinal", \
	    CHAT_READ_INDEX, CHAT_UNREAD, CHAT_IS_HIDDEN, CHAT_IS_SHOWN)
#define PULL_COLUMNS                                              \
	COLUMNS(PULL_LAST_MS, PULL_LAST_INDEX, PULL_LAST_ORDINAL, \
	    PULL_READ_INDEX, PULL_UNREAD, PULL_IS_HIDDEN, PULL_IS_SHOWN)

#define CHAT_JOINS                                            \
	"LEFT JOIN mark m "                                   \
	"ON m.conv_id = c.conv_id AND m.user_id = c.user_id " \
	"LEFT JOIN chat_setting s "                           \
	"ON c.has_setting = 1 AND s.user_id = c.user_id "     \
	"AND s.conv_id = c.conv_id "

static const struct db_field chat_out[] = {
	DB_I64(struct chat, user_id),
	DB_I64(struct chat, conv_id),
	DB_I64(struct chat, mode),
	DB_I64(struct chat, listed),
	DB_I64(struct chat, pinned),
	DB_I64(struct chat, last_ms),
	DB_I64(struct chat, last_index),
	DB_I64(struct chat, last_message_index),
	DB_I64(struct chat, last_ordinal),
	DB_I64(struct chat, muted_until_ms),
	DB_I64(struct chat, notify),
	DB_I64(struct chat, hidden),
	DB_I64(struct chat, shown),
	DB_I64(struct chat, marked_unread),
	DB_I64(struct chat, cleared_index),
	DB_I64(struct chat, has_hidden),
	DB_STR(struct chat, folder),
	DB_STR(struct chat, background),
	DB_STR(struct chat, draft),
	DB_I64(struct chat, draft_version),
	DB_STR(struct chat, remark),
	DB_I64(struct chat, read_index),
	DB_I64(struct chat, unread),
	DB_I64(struct chat, mentions),
	DB_END,
};

struct rank {
	int64_t user_id;
	struct chat_place after;
	int64_t any_folder;
	struct str folder;
	int64_t any_unread;
	int64_t limit;
};

static const struct db_field rank_in[] = {
	DB_I64(struct rank, user_id),
	DB_I64(struct rank, user_id),
	DB_I64(struct rank, after.pinned),
	DB_I64(struct rank, after.pinned),
	DB_I64(struct rank, after.last_ms),
	DB_I64(struct rank, after.last_ms),
	DB_I64(struct rank, after.conv_id),
	DB_I64(struct rank, any_folder),
	DB_STR(struct rank, folder),
	DB_I64(struct rank, any_unread),
	DB_I64(struct rank, limit),
	DB_END,
};

struct ranked {
	struct chat chat;
	int64_t has_pull;
};

static const struct db_field rank_out[] = {
	DB_I64(struct ranked, chat.user_id),
	DB_I64(struct ranked, chat.conv_id),
	DB_I64(struct ranked, chat.mode),
	DB_I64(struct ranked, chat.listed),
	DB_I64(struct ranked, chat.pinned),
	DB_I64(struct ranked, chat.last_ms),
	DB_I64(struct ranked, chat.last_index),
	DB_I64(struct ranked, chat.last_message_index),
	DB_I64(struct ranked, chat.last_ordinal),
	DB_I64(struct ranked, chat.muted_until_ms),
	DB_I64(struct ranked, chat.notify),
	DB_I64(struct ranked, chat.hidden),
	DB_I64(struct ranked, chat.shown),
	DB_I64(struct ranked, chat.marked_unread),
	DB_I64(struct ranked, chat.cleared_index),
	DB_I64(struct ranked, chat.has_hidden),
	DB_STR(struct ranked, chat.folder),
	DB_STR(struct ranked, chat.background),
	DB_STR(struct ranked, chat.draft),
	DB_I64(struct ranked, chat.draft_version),
	DB_STR(struct ranked, chat.remark),
	DB_I64(struct ranked, chat.read_index),
	DB_I64(struct ranked, chat.unread),
	DB_I64(struct ranked, chat.mentions),
	DB_I64(struct ranked, has_pull),
	DB_END,
};

#define RANK_ORDER                                              \
	"ORDER BY c.user_id DESC, c.mode DESC, c.listed DESC, " \
	"c.pinned DESC, c.last_ms DESC, c.conv_id DESC LIMIT ?"

static const struct db_stmt rank = {
	.name = "chat.rank",
	.sql = "SELECT " CHAT_COLUMNS ", " HAS_PULL
	       "FROM chat c FORCE INDEX (chat_rank) " CHAT_JOINS
	       "WHERE c.user_id = ? AND c.mode = 1 AND c.listed = 1 "
	       "AND " CHAT_IS_SHOWN
	       "AND (c.pinned < ? OR (c.pinned = ? AND (c.last_ms < ? "
	       "OR (c.last_ms = ? AND c.conv_id < ?)))) "
	       "AND (? = 1 OR s.folder = ?) "
	       "AND (? = 1 OR s.marked_unread = 1 OR " CHAT_UNREAD
	       " > 0) " RANK_ORDER,
	.in = rank_in,
	.in_size = sizeof(struct rank),
	.out = rank_out,
	.out_size = sizeof(struct ranked),
};

static struct rank rank_of(const struct chat_query *q, int64_t limit)
{
	return (struct rank){
		.user_id = q->user_id,
		.after = q->after,
		.any_folder = !q->folder.p,
		.folder = q->folder.p ? q->folder : STR(""),
		.any_unread = !q->unread_only,
		.limit = limit,
	};
}

int chat_sql_rank(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **out, size_t *n_out, bool *has_pull_out, struct error *err)
{
	struct rank in = rank_of(q, q->limit);
	struct ranked *rows;

	if (db_rows(db, &rank, &in, a, &rows, n_out, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, *n_out, struct chat);
	for (size_t i = 0; i < *n_out; i++)
		(*out)[i] = rows[i].chat;
	/* Without a row nobody has looked. */
	*has_pull_out = !*n_out || rows[0].has_pull;
	return 0;
}

static const struct db_field rank_pull_in[] = {
	DB_I64(struct rank, user_id),
	DB_I64(struct rank, any_folder),
	DB_STR(struct rank, folder),
	DB_I64(struct rank, limit),
	DB_END,
};

static const struct db_stmt rank_pull = {
	.name = "chat.rank_pull",
	.sql = "SELECT " PULL_COLUMNS
	       "FROM chat c FORCE INDEX (chat_rank) " PULL_JOINS CHAT_JOINS
	       "WHERE c.user_id = ? AND c.mode = 2 AND c.listed = 1 "
	       "AND " PULL_IS_SHOWN "AND (? = 1 OR s.folder = ?) " RANK_ORDER,
	.in = rank_pull_in,
	.in_size = sizeof(struct rank),
	.out = chat_out,
	.out_size = sizeof(struct chat),
};

int chat_sql_rank_pull(struct db *db, struct arena *a,
    const struct chat_query *q, struct chat **out, size_t *n_out,
    struct error *err)
{
	struct rank in = rank_of(q, CHAT_PULL_MAX);

	return db_rows(db, &rank_pull, &in, a, out, n_out, err);
}

struct places {
	struct str list;
	int64_t user_id;
};

static const struct db_field places_in[] = {
	DB_STR(struct places, list),
	DB_I64(struct places, user_id),
	DB_END,
};

#define LOAD_FROM                                                   \
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j " \
	"STRAIGHT_JOIN chat c ON c.user_id = ? AND c.conv_id = j.id "

static const struct db_stmt load = {
	.name = "chat.load",
	.sql = "SELECT " CHAT_COLUMNS LOAD_FROM CHAT_JOINS "ORDER BY c.conv_id",
	.in = places_in,
	.in_size = sizeof(struct places),
	.out = chat_out,
	.out_size = sizeof(struct chat),
};

/* Right in either mode, at some cost. */
static const struct db_stmt load_pull = {
	.name = "chat.load_pull",
	.sql = "SELECT " PULL_COLUMNS LOAD_FROM PULL_JOINS CHAT_JOINS,
	.in = places_in,
	.in_size = sizeof(struct places),
	.out = chat_out,
	.out_size = sizeof(struct chat),
};

int chat_sql_load(struct db *db, struct arena *a, int64_t user_id,
    struct str conv_ids, struct chat **out, size_t *n_out, struct error *err)
{
	struct places in = { conv_ids, user_id };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

int chat_sql_load_pull(struct db *db, struct arena *a, int64_t user_id,
    struct str conv_ids, struct chat **out, size_t *n_out, struct error *err)
{
	struct places in = { conv_ids, user_id };

	return db_rows(db, &load_pull, &in, a, out, n_out, err);
}

static const struct db_field insert_in[] = {
	DB_I64(struct chat, user_id),
	DB_I64(struct chat, conv_id),
	DB_I64(struct chat, last_ms),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "chat.insert",
	.sql = "INSERT IGNORE INTO chat (user_id, conv_id, last_ms) "
	       "VALUES (?, ?, ?)",
	.in = insert_in,
	.in_size = sizeof(struct chat),
};

int chat_sql_insert(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t last_ms, struct error *err)
{
	struct chat in = {
		.user_id = user_id,
		.conv_id = conv_id,
		.last_ms = last_ms,
	};

	return db_exec(db, &insert, &in, NULL, err);
}

static const struct db_field place_in[] = {
	DB_I64(struct chat, user_id),
	DB_I64(struct chat, conv_id),
	DB_END,
};

static const struct db_stmt has = {
	.name = "chat.has",
	.sql = "SELECT conv_id FROM chat WHERE user_id = ? AND conv_id = ?",
	.in = place_in,
	.in_size = sizeof(struct chat),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int chat_sql_has(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct error *err)
{
	struct chat in = { .user_id = user_id, .conv_id = conv_id };
	struct db_id row;

	return db_row(db, &has, &in, a, &row, err);
}

/* A member whom fan-out has not reached yet gets the row now, as fan-out begins
 * one: not listed, without a position. */
static const struct db_stmt copy = {
	.name = "chat.copy",
	.sql = "INSERT INTO chat (user_id, conv_id, listed, last_ms, "
	       "has_setting, pinned, hidden_index, hidden_ordinal, "
	       "muted_until_ms, cleared_index, cleared_ordinal, has_hidden) "
	       "SELECT s.user_id, s.conv_id, 0, m.joined_ms, 1, s.pinned, "
	       "s.hidden_index, s.hidden_ordinal, s.muted_until_ms, "
	       "s.cleared_index, s.cleared_ordinal, s.has_hidden "
	       "FROM chat_setting s JOIN member m ON m.conv_id = s.conv_id "
	       "AND m.user_id = s.user_id "
	       "WHERE s.user_id = ? AND s.conv_id = ? "
	       "ON DUPLICATE KEY UPDATE has_setting = 1, "
	       "pinned = VALUES(pinned), "
	       "hidden_index = VALUES(hidden_index), "
	       "hidden_ordinal = VALUES(hidden_ordinal), "
	       "muted_until_ms = VALUES(muted_until_ms), "
	       "cleared_index = VALUES(cleared_index), "
	       "cleared_ordinal = VALUES(cleared_ordinal), "
	       "has_hidden = VALUES(has_hidden)",
	.in = place_in,
	.in_size = sizeof(struct chat),
};

int chat_sql_copy_setting(struct db *db, int64_t user_id, int64_t conv_id,
    struct error *err)
{
	struct chat in = { .user_id = user_id, .conv_id = conv_id };

	return db_exec(db, &copy, &in, NULL, err);
}

const struct db_stmt *const chat_statements[] = { &rank, &rank_pull, &load,
	&load_pull, &insert, &has, NULL };
const struct db_stmt *const chat_write_statements[] = { &copy, NULL };
