#include "im/user/drift_sql.h"

#include "im/user/unread.h"

static const struct db_field drift_out[] = {
	DB_I64(struct drift, conv_id),
	DB_I64(struct drift, user_id),
	DB_I64(struct drift, at),
	DB_I64(struct drift, want),
	DB_I64(struct drift, got),
	DB_STR(struct drift, what),
	DB_END,
};

#define USERS "JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "

/* The SQL is formatted by hand. */
/* clang-format off */
/* The copies of chat c, and what they are by its settings s.  X(column, without
 * a row) */
#define COPIES(X)                                                         \
	X("pinned", "0")                                                  \
	X("hidden_index", "-1")                                           \
	X("hidden_ordinal", "0")                                          \
	X("muted_until_ms", "0")                                          \
	X("cleared_index", "-1")                                          \
	X("cleared_ordinal", "0")                                         \
	X("has_hidden", "0")
#define SETTING(column, none) "COALESCE(s." column ", " none ")"
#define IS_OFF(column, none)  "c." column " <> " SETTING(column, none) " "
#define OR_OFF(column, none)  "OR " IS_OFF(column, none)
#define WHICH(column, none)   "WHEN " IS_OFF(column, none) "THEN '" column "' "
#define WANTED(column, none) \
	"WHEN " IS_OFF(column, none) "THEN " SETTING(column, none) " "
#define GIVEN(column, none) "WHEN " IS_OFF(column, none) "THEN c." column " "
#define PUT(column, none)   "c." column " = " SETTING(column, none) ", "

static const struct db_stmt settings = {
	.name = "drift.settings",
	.sql = "SELECT c.conv_id, c.user_id, 0, "
	    "CASE " COPIES(WANTED) "ELSE s.user_id IS NOT NULL END, "
	    "CASE " COPIES(GIVEN) "ELSE c.has_setting END, "
	    "CASE " COPIES(WHICH) "ELSE 'has_setting' END "
	    "FROM " USERS "STRAIGHT_JOIN chat c ON c.user_id = j.id "
	    "LEFT JOIN chat_setting s ON s.user_id = c.user_id "
	    "AND s.conv_id = c.conv_id "
	    "WHERE c.has_setting <> (s.user_id IS NOT NULL) " COPIES(OR_OFF),
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = drift_out,
	.out_size = sizeof(struct drift),
};
/* clang-format on */

int drift_sql_settings(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err)
{
	struct db_text in = { users };

	return db_rows(db, &settings, &in, a, out, n_out, err);
}

static const struct db_stmt badge = {
	.name = "drift.badge",
	.sql = "SELECT 0, g.user_id, g.upto_index, "
	       "CAST(COALESCE(SUM(b.counted), 0) AS SIGNED), g.total, 'badge' "
	       "FROM " USERS "STRAIGHT_JOIN badge g ON g.user_id = j.id "
	       "AND g.upto_index >= 0 "
	       "LEFT JOIN badge_chat b ON b.user_id = g.user_id "
	       "GROUP BY g.user_id, g.upto_index, g.total "
	       "HAVING COALESCE(SUM(b.counted), 0) <> g.total ORDER BY NULL",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = drift_out,
	.out_size = sizeof(struct drift),
};

int drift_sql_badge(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err)
{
	struct db_text in = { users };

	return db_rows(db, &badge, &in, a, out, n_out, err);
}

/* What badge_chat has of a chat: one row c, as many w as count no more. */
#define BADGE_UNREAD                                                       \
	"IF(MAX(c.listed) = 1 AND MAX(c.mode) = 1, MAX(" CHAT_PLAIN ") - " \
	"COUNT(w.conv_id), 0)"

/* clang-format off */
static const struct db_stmt badge_chat = {
	.name = "drift.badge_chat",
	.sql = "SELECT c.conv_id, c.user_id, MAX(g.upto_index), " BADGE_UNREAD
	    ", COALESCE(MAX(b.unread), 0), 'badge_chat' "
	    "FROM " USERS "STRAIGHT_JOIN badge g ON g.user_id = j.id "
	    "AND g.upto_index >= 0 "
	    "STRAIGHT_JOIN chat c ON c.user_id = g.user_id "
	    "AND c.has_hidden = 0 "
	    "LEFT JOIN mark m ON m.conv_id = c.conv_id "
	    "AND m.user_id = c.user_id "
	    "LEFT JOIN badge_chat b ON b.user_id = c.user_id "
	    "AND b.conv_id = c.conv_id "
	    "LEFT JOIN inbox i ON i.user_id = c.user_id "
	    "AND i.user_index > g.upto_index AND i.conv_id = c.conv_id "
	    "LEFT JOIN entry_away w ON w.conv_id = c.conv_id AND "
	    AWAY_COUNTS(CHAT_READ_INDEX, "c.last_index") "AND " IS_AWAY
	    "WHERE i.user_id IS NULL AND (COALESCE(b.again_ms, 0) = 0 "
	    "OR b.again_ms > " DB_NOW_MS ") "
	    "GROUP BY c.conv_id, c.user_id "
	    "HAVING COALESCE(MAX(b.unread), 0) <> " BADGE_UNREAD
	    " ORDER BY NULL",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = drift_out,
	.out_size = sizeof(struct drift),
};
/* clang-format on */

int drift_sql_badge_chat(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err)
{
	struct db_text in = { users };

	return db_rows(db, &badge_chat, &in, a, out, n_out, err);
}

static const struct db_field place_in[] = {
	DB_I64(struct drift, user_id),
	DB_I64(struct drift, conv_id),
	DB_END,
};

static const struct db_stmt copy = {
	.name = "drift.copy",
	.sql = "UPDATE chat c LEFT JOIN chat_setting s "
	       "ON s.user_id = c.user_id AND s.conv_id = c.conv_id "
	       "SET " COPIES(PUT) "c.has_setting = s.user_id IS NOT NULL "
				  "WHERE c.user_id = ? AND c.conv_id = ?",
	.in = place_in,
	.in_size = sizeof(struct drift),
};

int drift_sql_copy(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t *matched_out, struct error *err)
{
	struct drift in = { .user_id = user_id, .conv_id = conv_id };

	return db_exec(db, &copy, &in, matched_out, err);
}

static const struct db_stmt recount = {
	.name = "drift.recount",
	.sql = "UPDATE badge SET upto_index = -1 WHERE user_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int drift_sql_recount(struct db *db, int64_t user_id, int64_t *matched_out,
    struct error *err)
{
	struct db_id in = { user_id };

	return db_exec(db, &recount, &in, matched_out, err);
}

const struct db_stmt *const drift_statements[] = { &settings, &badge,
	&badge_chat, &copy, &recount, NULL };
