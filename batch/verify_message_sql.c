/* Checks of what is done to messages, and of who is named in them. */
#include "verify_check.h"

/* The SQL is formatted by hand. */
/* clang-format off */

/* Since when an entry does not count. */
#define AWAY_FROM "IF(e.state = 1, 0, e.expires_ms)"

const struct verify_check verify_message_checks[] = {
	{ CHECK("mention_missing", VERIFY_CONV, "who is named has no mention"),
	    FIND2("mention_missing",
		"SELECT e.conv_id, m.user_id, e.conv_index, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = j.id "
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"AND (e.flags & 16) <> 0 "
		"STRAIGHT_JOIN body b ON b.conv_id = e.conv_id "
		"AND b.conv_index = e.conv_index "
		"STRAIGHT_JOIN JSON_TABLE(CONCAT('{', CONVERT(b.content "
		"USING utf8mb4), '}'), '$.mentions[*]' "
		"COLUMNS(u BIGINT PATH '$')) t "
		"STRAIGHT_JOIN member m ON m.conv_id = e.conv_id "
		"AND m.user_id = t.u AND m.joined_index <= e.conv_index "
		"AND (m.left_index = 0 OR m.left_index >= e.conv_index) "
		"LEFT JOIN mention x ON x.user_id = m.user_id "
		"AND x.conv_id = e.conv_id AND x.conv_index = e.conv_index "
		"LEFT JOIN mark k ON k.conv_id = e.conv_id "
		"AND k.user_id = m.user_id "
		"WHERE x.user_id IS NULL AND m.user_id <> e.sender_id "
		"AND e.conv_index > COALESCE(k.read_index, 0) "
		"AND e.conv_index <= " FANOUT_PROGRESS("m.user_id")
		" UNION ALL "
		"SELECT e.conv_id, m.user_id, e.conv_index, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = j.id "
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"AND (e.flags & 32) <> 0 "
		"STRAIGHT_JOIN member m ON m.conv_id = e.conv_id "
		"AND m.joined_index <= e.conv_index "
		"AND (m.left_index = 0 OR m.left_index >= e.conv_index) "
		"LEFT JOIN mention x ON x.user_id = m.user_id "
		"AND x.conv_id = e.conv_id AND x.conv_index = e.conv_index "
		"LEFT JOIN mark k ON k.conv_id = e.conv_id "
		"AND k.user_id = m.user_id "
		"WHERE x.user_id IS NULL AND m.user_id <> e.sender_id "
		"AND e.conv_index > COALESCE(k.read_index, 0) "
		"AND (e.flags & 16) = 0 "
		"AND e.conv_index <= " FANOUT_PROGRESS("m.user_id")),
	    REPAIR("mention", verify_mention_key,
		"INSERT IGNORE INTO mention (user_id, conv_id, conv_index) "
		"VALUES (?, ?, ?)"),
	    .lock = VERIFY_USER },
	{ CHECK("mention", VERIFY_USER, "a mention of nobody's, or of nothing"),
	    FIND("mention",
		"SELECT x.conv_id, x.user_id, x.conv_index, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN mention x ON x.user_id = j.id "
		"LEFT JOIN conv_seq q ON q.conv_id = x.conv_id "
		"LEFT JOIN entry e ON e.conv_id = x.conv_id "
		"AND e.conv_index = x.conv_index WHERE (e.conv_id IS NULL "
		"AND x.conv_index > COALESCE(q.archived_index, 0)) "
		"OR e.sender_id = x.user_id OR (e.flags & 48) = 0"),
	    REPAIR("mention_extra", verify_mention_key,
		"DELETE FROM mention WHERE user_id = ? AND conv_id = ? "
		"AND conv_index = ?"),
	    .lock = VERIFY_USER },
	{ CHECK("entry_away", VERIFY_CONV,
	    "a message counts beyond its time, or not at all"),
	    FIND("entry_away",
		"SELECT e.conv_id, 0, e.conv_index, e.state <> 0, "
		"w.conv_id IS NOT NULL FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"LEFT JOIN entry_away w ON w.conv_id = e.conv_id "
		"AND w.conv_index = e.conv_index "
		"WHERE (e.state <> 0 OR e.expires_ms > 0) "
		"<> (w.conv_id IS NOT NULL) "
		"OR w.sender_id <> e.sender_id "
		"OR w.from_ms <> " AWAY_FROM " "
		"OR w.countable <> (" COUNTABLE("e") ")"),
	    REPAIR("entry_away", verify_entry_key,
		"INSERT INTO entry_away (conv_id, conv_index, sender_id, "
		"countable, from_ms) SELECT e.conv_id, e.conv_index, "
		"e.sender_id, " COUNTABLE("e") ", " AWAY_FROM " "
		"FROM entry e WHERE e.conv_id = ? AND e.conv_index = ? "
		"AND (e.state <> 0 OR e.expires_ms > 0) "
		"ON DUPLICATE KEY UPDATE sender_id = VALUES(sender_id), "
		"countable = VALUES(countable), from_ms = VALUES(from_ms)"),
	    .lock = VERIFY_CONV },
	{ CHECK("recalled_content", VERIFY_CONV,
	    "something of a recalled or expired message is left"),
	    FIND("recalled_content",
		"SELECT e.conv_id, 0, e.conv_index, 0, LENGTH(b.content) "
		"FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id AND e.state > 0 "
		"LEFT JOIN body b ON b.conv_id = e.conv_id "
		"AND b.conv_index = e.conv_index "
		"LEFT JOIN entry_version v ON v.conv_id = e.conv_id "
		"AND v.conv_index = e.conv_index "
		"LEFT JOIN reaction r ON r.conv_id = e.conv_id "
		"AND r.conv_index = e.conv_index "
		"LEFT JOIN pin p ON p.conv_id = e.conv_id "
		"AND p.conv_index = e.conv_index "
		"WHERE LENGTH(b.content) > 0 OR v.conv_id IS NOT NULL "
		"OR r.conv_id IS NOT NULL OR p.conv_id IS NOT NULL") },
	{ CHECK("expiry", VERIFY_CONV,
	    "a message that expires waits for nobody, or another "
	    "does"),
	    FIND("expiry",
		"SELECT e.conv_id, 0, e.conv_index, e.expires_ms, "
		"COALESCE(x.expires_ms, 0) FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"LEFT JOIN entry_expiry x ON x.conv_id = e.conv_id "
		"AND x.conv_index = e.conv_index "
		"WHERE (x.conv_id IS NULL AND e.state = 0 "
		"AND (e.expires_ms > 0 OR e.burn_s > 0)) "
		"OR (x.conv_id IS NOT NULL AND e.state = 2) "
		"OR x.expires_ms <> e.expires_ms "
		"OR (x.is_unread = 1 AND e.burn_s = 0) "
		"OR (x.is_unread = 0 AND x.expires_ms = 0)") },
	{ CHECK("act_target", VERIFY_CONV,
	    "a control entry changes no message"),
	    FIND("act_target",
		"SELECT e.conv_id, 0, e.conv_index, 1, "
		"COALESCE(t.kind, 0) FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"AND e.kind BETWEEN 2 AND 6 "
		"LEFT JOIN entry t ON t.conv_id = e.conv_id "
		"AND t.conv_index = e.target_index "
		"LEFT JOIN conv_seq q ON q.conv_id = e.conv_id "
		"WHERE (t.conv_id IS NULL "
		"AND e.target_index > COALESCE(q.archived_index, 0)) "
		"OR e.target_index = 0 OR t.kind <> 1 "
		"OR t.conv_index >= e.conv_index") },
	{ CHECK("scheduled_unknown", VERIFY_CONV,
	    "a log does not know of a scheduled message"),
	    FIND("scheduled_unknown",
		"SELECT DISTINCT d.conv_id, d.user_id, 0, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN scheduled d ON d.conv_id = j.id "
		"LEFT JOIN conv_seq s ON s.conv_id = d.conv_id "
		"WHERE s.conv_id IS NULL OR s.has_scheduled = 0") },
	{ CHECK("scheduled_sent", VERIFY_CONV,
	    "a scheduled message is in the log"),
	    FIND("scheduled_sent",
		"SELECT d.conv_id, d.user_id, e.conv_index, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN scheduled d ON d.conv_id = j.id "
		"STRAIGHT_JOIN entry e ON e.msg_id = d.msg_id") },
	{ CHECK("message_hidden", VERIFY_USER,
	    "a message is hidden as what it is not in the log, or "
	    "nobody knows of it"),
	    FIND("message_hidden",
		"SELECT h.conv_id, h.user_id, h.conv_index, "
		COUNTABLE("e") ", h.countable FROM " KEYS
		"STRAIGHT_JOIN message_hidden h ON h.user_id = j.id "
		"STRAIGHT_JOIN entry e ON e.conv_id = h.conv_id "
		"AND e.conv_index = h.conv_index "
		"LEFT JOIN chat_setting s ON s.user_id = h.user_id "
		"AND s.conv_id = h.conv_id "
		"LEFT JOIN user_seq q ON q.user_id = h.user_id "
		"WHERE e.msg_id <> h.msg_id OR e.sender_id <> h.sender_id "
		"OR h.countable <> (" COUNTABLE("e") ") "
		"OR COALESCE(s.has_hidden, 0) = 0 OR q.has_personal = 0") },
	END_OF_CHECKS,
};
/* clang-format on */
