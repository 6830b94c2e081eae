/* Checks of inboxes. */
#include "verify_check.h"
#include "verify_mend.h"

/* The SQL is formatted by hand. */
/* clang-format off */

/* What an inbox holds; rows up to the floor are on their way out. */
#define ROWS                                                              \
	KEYS "STRAIGHT_JOIN user_seq s ON s.user_id = j.id "              \
	"STRAIGHT_JOIN inbox i ON i.user_id = s.user_id "                 \
	"AND i.user_index > s.floor_index "
/* All intervals of users in conversations for which they have a chat row; a
 * missing row is found by "chat".  Takes the keys twice. */
#define SPAN                                                              \
	"SELECT m.conv_id, m.user_id, m.joined_index, m.left_index FROM " \
	KEYS "STRAIGHT_JOIN chat c ON c.user_id = j.id "                  \
	"STRAIGHT_JOIN member m ON m.conv_id = c.conv_id "                \
	"AND m.user_id = c.user_id UNION ALL "                            \
	"SELECT m.conv_id, m.user_id, m.joined_index, m.left_index FROM " \
	KEYS "STRAIGHT_JOIN chat c ON c.user_id = j.id "                  \
	"STRAIGHT_JOIN member_past m ON m.conv_id = c.conv_id "           \
	"AND m.user_id = c.user_id"
/* The last index that interval m has received at `at`. */
#define REACH "IF(m.left_index = 0, m.at, LEAST(m.left_index, m.at))"
/* Of the entries from `low` to `reach`, how many are due: not those in mode
 * pull, but the one that brings the member in, the one that takes them out
 * and those that mention them. */
#define DUE(low, reach)                                                   \
	"GREATEST(0, " reach " - " low " + 1) - "                         \
	"COALESCE((SELECT SUM(GREATEST(0, LEAST(" reach ", COALESCE("     \
	"(SELECT MIN(u.from_index) FROM conv_mode u "                     \
	"WHERE u.conv_id = t.conv_id AND u.from_index > t.from_index) "   \
	"- 1, " reach ")) - GREATEST(" low ", t.from_index) + 1)) "       \
	"FROM conv_mode t WHERE t.conv_id = m.conv_id AND t.mode = 2), 0) " \
	"+ (m.joined_index BETWEEN " low " AND " reach " AND "            \
	LOG_MODE_AT("m.conv_id", "m.joined_index") " = 2) "                   \
	"+ (m.left_index BETWEEN " low " AND " reach " AND "              \
	LOG_MODE_AT("m.conv_id", "m.left_index") " = 2) "                     \
	"+ (SELECT COUNT(*) FROM mention x WHERE x.user_id = m.user_id "  \
	"AND x.conv_id = m.conv_id AND x.conv_index BETWEEN " low " AND " \
	reach " AND x.conv_index NOT IN (m.joined_index, m.left_index) "  \
	"AND " LOG_MODE_AT("x.conv_id", "x.conv_index") " = 2)"
/* Reactions in mode push, of which a member has only the last that met in a
 * pass: they are not counted. */
#define REACTED                                                           \
	"reacted AS (SELECT e.conv_id, e.conv_index FROM "                \
	"(SELECT DISTINCT conv_id FROM span) v "                          \
	"JOIN entry e ON e.conv_id = v.conv_id AND e.kind = 4 "           \
	"WHERE " LOG_MODE_AT("e.conv_id", "e.conv_index") " = 1)"

/* Numbers, rows and order: what it held cannot be made again. */
#define RESTART \
	.mend = verify_mend_inbox, .lock = VERIFY_USER, \
	.after = verify_sweep, .is_drastic = true

const struct verify_check verify_inbox_checks[] = {
	{ CHECK("inbox_hole", VERIFY_USER,
	    "an inbox is not floor+1..last_index"),
	    FIND("inbox_hole",
		"SELECT 0, s.user_id, COALESCE(MAX(i.user_index), 0), "
		"s.last_index - s.floor_index, COUNT(i.user_index) FROM "
		KEYS "STRAIGHT_JOIN user_seq s ON s.user_id = j.id "
		"LEFT JOIN inbox i ON i.user_id = s.user_id "
		"AND i.user_index > s.floor_index "
		"GROUP BY s.user_id, s.floor_index, s.last_index HAVING "
		"COUNT(i.user_index) <> s.last_index - s.floor_index "
		"OR MIN(i.user_index) <> s.floor_index + 1 "
		"OR MAX(i.user_index) <> s.last_index"),
	    RESTART },
	{ CHECK("inbox_foreign", VERIFY_USER,
	    "somebody has an entry that is not for them"),
	    FIND("inbox_foreign",
		"SELECT i.conv_id, i.user_id, i.conv_index, 0, i.user_index "
		"FROM " ROWS
		"LEFT JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = i.conv_id "
		"LEFT JOIN member m ON m.conv_id = i.conv_id "
		"AND m.user_id = i.user_id "
		"AND m.joined_index <= i.conv_index "
		"AND (m.left_index = 0 OR m.left_index >= i.conv_index) "
		"WHERE i.kind = 1 AND (f.conv_id IS NULL OR i.conv_index > "
		FANOUT_PROGRESS("i.user_id") " OR (m.conv_id IS NULL AND NOT "
		"EXISTS (SELECT 1 FROM member_past p WHERE "
		"p.conv_id = i.conv_id AND p.user_id = i.user_id "
		"AND p.joined_index <= i.conv_index "
		"AND p.left_index >= i.conv_index)))"),
	    RESTART },
	{ CHECK("inbox_pull", VERIFY_USER,
	    "somebody has an entry that they should read in the "
	    "log"),
	    FIND("inbox_pull",
		"SELECT i.conv_id, i.user_id, i.conv_index, 0, i.user_index "
		"FROM " ROWS
		"LEFT JOIN member m ON m.conv_id = i.conv_id "
		"AND m.user_id = i.user_id "
		"AND i.conv_index IN (m.joined_index, m.left_index) "
		"LEFT JOIN mention x ON x.user_id = i.user_id "
		"AND x.conv_id = i.conv_id AND x.conv_index = i.conv_index "
		"WHERE i.kind = 1 AND m.conv_id IS NULL AND x.conv_id IS NULL "
		"AND " LOG_MODE_AT("i.conv_id", "i.conv_index") " = 2 "
		"AND NOT EXISTS (SELECT 1 FROM member_past p "
		"WHERE p.conv_id = i.conv_id AND p.user_id = i.user_id "
		"AND i.conv_index IN (p.joined_index, p.left_index))"),
	    RESTART },
	{ CHECK("inbox_order", VERIFY_USER,
	    "an entry came twice, or behind a later one"),
	    FIND("inbox_order",
		"SELECT conv_id, user_id, user_index, before_index, "
		"conv_index FROM (SELECT i.conv_id, i.user_id, "
		"i.user_index, i.conv_index, LAG(i.conv_index) OVER "
		"(PARTITION BY i.user_id, i.conv_id ORDER BY i.user_index) "
		"before_index FROM " ROWS
		"WHERE i.kind = 1) x WHERE conv_index <= before_index"),
	    RESTART },
	/* Of what is not in an archive. */
	{ CHECK("inbox_missing", VERIFY_USER, "somebody lacks entries"),
	    FIND3("inbox_missing",
		"WITH got AS (SELECT i.user_id, i.conv_id, "
		"COUNT(*) - COUNT(e.conv_id) n, "
		"MIN(i.conv_index) low FROM " ROWS
		"STRAIGHT_JOIN conv_seq q ON q.conv_id = i.conv_id "
		"AND i.conv_index > q.archived_index "
		"LEFT JOIN entry e ON e.conv_id = i.conv_id "
		"AND e.conv_index = i.conv_index AND e.kind = 4 "
		"WHERE i.kind = 1 "
		"GROUP BY i.user_id, i.conv_id), span AS (" SPAN "), "
		REACTED " "
		"SELECT conv_id, user_id, 0, due, n FROM (SELECT "
		"m.conv_id, m.user_id, CAST(SUM("
		DUE("GREATEST(m.joined_index, m.low)", REACH)
		" - (SELECT COUNT(*) FROM reacted x "
		"WHERE x.conv_id = m.conv_id AND x.conv_index BETWEEN "
		"GREATEST(m.joined_index, m.low) AND " REACH ")) "
		"AS SIGNED) due, MAX(m.n) n FROM (SELECT b.*, "
		FANOUT_PROGRESS("b.user_id") " at, "
		"COALESCE(g.n, 0) n, GREATEST(q.archived_index + 1, "
		"IF(s.floor_index = 0, 1, "
		"COALESCE(g.low, 1 << 62))) low FROM span b "
		"JOIN conv_seq q ON q.conv_id = b.conv_id "
		"JOIN user_seq s ON s.user_id = b.user_id "
		"JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = b.conv_id "
		"LEFT JOIN got g ON g.user_id = b.user_id "
		"AND g.conv_id = b.conv_id) m "
		"GROUP BY m.conv_id, m.user_id) x WHERE due <> n"),
	    RESTART },
	{ CHECK("inbox_membership", VERIFY_USER,
	    "somebody was not told, once, that they came or went"),
	    FIND3("inbox_membership",
		"WITH got AS (SELECT i.user_id, i.conv_id, COUNT(*) n FROM "
		ROWS
		"WHERE i.kind = 3 AND i.conv_index > 0 "
		"AND i.action IN (1, 2, 3, 4) GROUP BY i.user_id, i.conv_id), "
		"span AS (" SPAN ") "
		"SELECT conv_id, user_id, 0, due, n FROM (SELECT "
		"m.conv_id, m.user_id, CAST(SUM((m.joined_index <= m.at) + "
		"(m.left_index > 0 AND m.left_index <= m.at)) AS SIGNED) "
		"due, MAX(m.n) n FROM (SELECT b.*, "
		FANOUT_PROGRESS("b.user_id")
		" at, COALESCE(g.n, 0) n FROM span b "
		"JOIN user_seq s ON s.user_id = b.user_id "
		"AND s.floor_index = 0 "
		"JOIN conversation c ON c.conv_id = b.conv_id "
		"AND c.kind IN (2, 3) "
		"JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = b.conv_id "
		"LEFT JOIN got g ON g.user_id = b.user_id "
		"AND g.conv_id = b.conv_id) m "
		"GROUP BY m.conv_id, m.user_id) x WHERE due <> n"),
	    RESTART },
	{ CHECK("inbox_reaction", VERIFY_USER,
	    "somebody lacks the newest reaction to a message"),
	    FIND2("inbox_reaction",
		"WITH span AS (" SPAN ") "
		"SELECT r.conv_id, r.user_id, r.newest, 1, 0 FROM (SELECT "
		"m.conv_id, m.user_id, e.target_index, "
		"MAX(e.conv_index) newest FROM (SELECT b.*, "
		FANOUT_PROGRESS("b.user_id") " at FROM span b "
		"JOIN user_seq s ON s.user_id = b.user_id "
		"AND s.floor_index = 0 "
		"JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = b.conv_id) m "
		"JOIN entry e ON e.conv_id = m.conv_id AND e.kind = 4 "
		"AND e.conv_index BETWEEN m.joined_index AND " REACH " "
		"AND " LOG_MODE_AT("e.conv_id", "e.conv_index") " = 1 "
		"GROUP BY m.conv_id, m.user_id, m.joined_index, "
		"e.target_index) r "
		"LEFT JOIN inbox i ON i.user_id = r.user_id AND i.kind = 1 "
		"AND i.conv_id = r.conv_id AND i.conv_index = r.newest "
		"WHERE i.user_id IS NULL"),
	    RESTART },
	{ CHECK("inbox_floor", VERIFY_USER,
	    "an inbox has rows below its floor"),
	    FIND("inbox_floor",
		"SELECT DISTINCT 0, s.user_id, s.floor_index, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN user_seq s ON s.user_id = j.id "
		"STRAIGHT_JOIN inbox i ON i.user_id = s.user_id "
		"AND i.user_index <= s.floor_index"),
	    .mend = verify_mend_sweep, .lock = VERIFY_USER,
	    .after = verify_sweep, .is_late = true },
	END_OF_CHECKS,
};
/* clang-format on */
