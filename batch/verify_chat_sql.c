/* Checks of chats: marks, copies, counts. */
#include "verify_check.h"

#include "im/user/unread.h"
#include "verify_mend.h"

/* The SQL is formatted by hand. */
/* clang-format off */

/* Where mark k is, or the end of its log. */
#define IN_LOG "LEAST(k.read_index, s.last_index)"
/* What the owner of mark k has sent, up to a place that is not within the
 * archive. */
#define OWN_AT(at)                                                        \
	"IF(" at " = 0, 0, "                                              \
	LOG_OWN_ORDINAL("k.conv_id", "k.user_id", at) ")"
/* A chat's unread by formula and by counting, where all of it are rows. */
#define UNREAD(last, formula, read, joins, mode)                          \
	"SELECT c.conv_id, c.user_id, " last " last_index, "              \
	formula " formula, "                                              \
	"(SELECT COUNT(*) FROM entry e WHERE e.conv_id = c.conv_id "      \
	"AND e.conv_index > " read " AND e.conv_index <= " last           \
	" AND " COUNTABLE("e") " AND e.state = 0 "                        \
	"AND (e.expires_ms = 0 OR e.expires_ms > " DB_NOW_MS ") "         \
	"AND e.sender_id <> c.user_id) counted "                          \
	"FROM " KEYS "STRAIGHT_JOIN chat c ON c.user_id = j.id " joins    \
	"LEFT JOIN mark m ON m.conv_id = c.conv_id "                      \
	"AND m.user_id = c.user_id "                                      \
	"WHERE c.listed = 1 AND " read " >= " LOG_ARCHIVED("c.conv_id")   \
	" AND c.mode = " mode

const struct verify_check verify_chat_checks[] = {
	{ CHECK("mark", VERIFY_CONV, "a read mark does not fit the log"),
	    FIND("mark",
		"SELECT conv_id, user_id, read_index, COALESCE(ordinal, -1), "
		"read_ordinal FROM (SELECT k.*, s.last_index, "
		"IF(k.read_index = 0, 0, e.ordinal) ordinal, "
		"e.conv_id IS NULL AND k.read_index > "
		"COALESCE(b.base_index, 0) missing, "
		OWN_AT("k.read_index") " own, k.read_index = 0 "
		"OR k.read_index >= s.archived_index is_known "
		"FROM " KEYS "STRAIGHT_JOIN mark k ON k.conv_id = j.id "
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = k.conv_id "
		"LEFT JOIN entry e ON e.conv_id = k.conv_id "
		"AND e.conv_index = k.read_index "
		"LEFT JOIN log_base b ON b.conv_id = k.conv_id "
		"AND b.sender_id = 0) x "
		"WHERE missing OR read_ordinal <> ordinal "
		"OR (is_known AND own_at_read <> own) "
		"OR delivered_index < read_index "
		"OR delivered_index > last_index"),
	    REPAIR("mark", verify_member_key,
		"UPDATE mark k JOIN conv_seq s ON s.conv_id = k.conv_id "
		"LEFT JOIN entry e ON e.conv_id = k.conv_id "
		"AND e.conv_index = " IN_LOG " "
		"SET k.read_ordinal = COALESCE(e.ordinal, 0), "
		"k.own_at_read = " OWN_AT(IN_LOG) ", "
		"k.delivered_index = LEAST(s.last_index, "
		"GREATEST(k.delivered_index, k.read_index)), "
		"k.read_index = " IN_LOG " "
		"WHERE k.conv_id = ? AND k.user_id = ? "
		"AND (e.conv_id IS NOT NULL OR " IN_LOG " = 0)"),
	    .lock = VERIFY_USER },
	{ CHECK("chat", VERIFY_CONV,
	    "a chat row is not what the log makes of it"),
	    .look = verify_look_chat, .mend = verify_mend_chat,
	    .lock = VERIFY_USER },
	{ CHECK("chat_not_opened", VERIFY_CONV,
	    "a direct or self chat is not in its creator's list"),
	    FIND("chat_not_opened",
		"SELECT v.conv_id, v.created_by, 0, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN conversation v ON v.conv_id = j.id "
		"AND v.kind IN (1, 4) "
		"STRAIGHT_JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = v.conv_id "
		"STRAIGHT_JOIN user_seq s ON s.user_id = v.created_by "
		"LEFT JOIN chat c ON c.user_id = v.created_by "
		"AND c.conv_id = v.conv_id WHERE c.user_id IS NULL"),
	    REPAIR("chat_not_opened", verify_member_key,
		"INSERT IGNORE INTO chat (user_id, conv_id, last_ms) "
		"SELECT created_by, conv_id, created_ms FROM conversation "
		"WHERE conv_id = ? AND created_by = ?"),
	    .lock = VERIFY_USER },
	{ CHECK("chat_copy", VERIFY_USER,
	    "a chat row is not what its settings say"),
	    .look = verify_look_settings, .mend = verify_mend_settings,
	    .lock = VERIFY_USER },
	{ CHECK("badge", VERIFY_USER,
	    "a sum of unread messages is not that of its parts"),
	    .look = verify_look_badge, .mend = verify_mend_badge,
	    .lock = VERIFY_USER },
	{ CHECK("badge_chat", VERIFY_USER,
	    "the unread messages of a chat are not as they were counted"),
	    .look = verify_look_badge_chat, .mend = verify_mend_badge,
	    .lock = VERIFY_USER },
	{ CHECK("unread", VERIFY_USER,
	    "unread by formula is not unread by counting"),
	    FIND2("unread",
		"SELECT conv_id, user_id, last_index, counted, formula FROM ("
		UNREAD("c.last_index", CHAT_UNREAD, CHAT_READ_INDEX, "", "1")
		" UNION ALL "
		UNREAD(PULL_LAST_INDEX, PULL_UNREAD, PULL_READ_INDEX,
		    PULL_JOINS, "2")
		") x WHERE formula <> counted") },
	{ CHECK("chat_cleared", VERIFY_USER,
	    "a chat was cleared up to where it is not read"),
	    FIND("chat_cleared",
		"SELECT s.conv_id, s.user_id, s.cleared_index, e.ordinal, "
		"s.cleared_ordinal FROM " KEYS
		"STRAIGHT_JOIN chat_setting s ON s.user_id = j.id "
		"AND s.cleared_index >= 0 "
		"STRAIGHT_JOIN conv_seq c ON c.conv_id = s.conv_id "
		"LEFT JOIN entry e ON e.conv_id = s.conv_id "
		"AND e.conv_index = s.cleared_index "
		"LEFT JOIN member m ON m.conv_id = s.conv_id "
		"AND m.user_id = s.user_id "
		"LEFT JOIN mark k ON k.conv_id = s.conv_id "
		"AND k.user_id = s.user_id "
		"LEFT JOIN user_seq q ON q.user_id = s.user_id "
		"WHERE s.cleared_index > c.last_index "
		"OR s.cleared_ordinal <> e.ordinal "
		"OR GREATEST(COALESCE(k.read_index, 0), m.joined_index) "
		"< s.cleared_index OR q.has_personal = 0") },
	{ CHECK("chat_of_nobody", VERIFY_USER,
	    "a chat row of somebody who never was a member"),
	    FIND("chat_of_nobody",
		"SELECT c.conv_id, c.user_id, c.last_index, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN chat c ON c.user_id = j.id "
		"LEFT JOIN member m ON m.conv_id = c.conv_id "
		"AND m.user_id = c.user_id WHERE m.user_id IS NULL"),
	    REPAIR("chat_of_nobody", verify_member_key,
		"DELETE c FROM chat c LEFT JOIN member m "
		"ON m.conv_id = c.conv_id AND m.user_id = c.user_id "
		"WHERE c.conv_id = ? AND c.user_id = ? "
		"AND m.user_id IS NULL"),
	    .lock = VERIFY_USER },
	END_OF_CHECKS,
};
/* clang-format on */
