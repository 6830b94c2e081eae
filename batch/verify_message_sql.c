/* Checks of what is done to messages, and of who is named in them. */
#include "verify_check.h"

/* The SQL is formatted by hand. */
/* clang-format off */

/* Since when an entry does not count. */
#define AWAY_FROM "IF(e.state = 1, 0, e.expires_ms)"

/* Under the lock of the row, which the log's writers take. */
#define HAS_SCHEDULED                                                     \
	"UPDATE conv_seq SET has_scheduled = EXISTS (SELECT 1 "           \
	"FROM scheduled d WHERE d.conv_id = conv_seq.conv_id) "           \
	"WHERE conv_id = ?"

static const struct db_field star_key[] = {
	DB_I64(struct verify_finding, user_id),
	DB_I64(struct verify_finding, at),
	DB_END,
};

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
		"WHERE LENGTH(b.content) > 0 "
		"OR (e.state = 2 AND b.conv_id IS NOT NULL) "
		"OR v.conv_id IS NOT NULL "
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
		"AND (e.kind BETWEEN 2 AND 6 OR e.target_index > 0) "
		"LEFT JOIN entry t ON t.conv_id = e.conv_id "
		"AND t.conv_index = e.target_index "
		"LEFT JOIN conv_seq q ON q.conv_id = e.conv_id "
		"WHERE (t.conv_id IS NULL "
		"AND e.target_index > COALESCE(q.archived_index, 0)) "
		"OR e.kind NOT BETWEEN 2 AND 6 "
		"OR e.target_index = 0 OR t.kind <> 1 "
		"OR t.conv_index >= e.conv_index") },
	{ CHECK("scheduled_unknown", VERIFY_CONV,
	    "a log does not know of a scheduled message"),
	    FIND("scheduled_unknown",
		"SELECT DISTINCT d.conv_id, d.user_id, 0, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN scheduled d ON d.conv_id = j.id "
		"LEFT JOIN conv_seq s ON s.conv_id = d.conv_id "
		"WHERE s.conv_id IS NULL OR s.has_scheduled = 0"),
	    REPAIR("scheduled_unknown", verify_conv_key, HAS_SCHEDULED),
	    .lock = VERIFY_CONV },
	{ CHECK("scheduled_known", VERIFY_CONV,
	    "a log knows of a scheduled message that is not there"),
	    FIND("scheduled_known",
		"SELECT s.conv_id, 0, 0, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"AND s.has_scheduled = 1 "
		"LEFT JOIN scheduled d ON d.conv_id = s.conv_id "
		"WHERE d.conv_id IS NULL"),
	    REPAIR("scheduled_known", verify_conv_key, HAS_SCHEDULED),
	    .lock = VERIFY_CONV },
	{ CHECK("scheduled_due", VERIFY_CONV,
	    "nobody looks at a scheduled message, or at one that failed"),
	    FIND("scheduled_due",
		"SELECT d.conv_id, d.user_id, d.msg_id, d.state, "
		"COALESCE(d.due_ms, 0) FROM " KEYS
		"STRAIGHT_JOIN scheduled d ON d.conv_id = j.id "
		"WHERE (d.state = 2) <> (d.due_ms IS NULL) "
		"OR (d.state = 2) <> (d.reason <> 0)"),
	    /* Why one has failed is written nowhere else. */
	    REPAIR("scheduled_due", verify_entry_key,
		"UPDATE scheduled d SET d.due_ms = CASE d.state "
		"WHEN 1 THEN COALESCE(d.due_ms, d.send_ms) WHEN 2 THEN NULL "
		"ELSE COALESCE(d.due_ms, " DB_NOW_MS " + 86400000) END, "
		"d.reason = IF(d.state = 2, d.reason, 0) "
		"WHERE d.conv_id = ? AND d.msg_id = ? "
		"AND (d.state <> 2 OR d.reason <> 0)"),
	    .lock = VERIFY_CONV },
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
		"COALESCE(" COUNTABLE("e") ", -1), h.countable FROM " KEYS
		"STRAIGHT_JOIN message_hidden h ON h.user_id = j.id "
		"LEFT JOIN conv_seq c ON c.conv_id = h.conv_id "
		"LEFT JOIN entry e ON e.conv_id = h.conv_id "
		"AND e.conv_index = h.conv_index "
		"LEFT JOIN chat_setting s ON s.user_id = h.user_id "
		"AND s.conv_id = h.conv_id "
		"LEFT JOIN user_seq q ON q.user_id = h.user_id "
		"WHERE (e.conv_id IS NULL "
		"AND h.conv_index > COALESCE(c.archived_index, 0)) "
		"OR e.kind <> 1 "
		"OR e.msg_id <> h.msg_id OR e.sender_id <> h.sender_id "
		"OR h.countable <> (" COUNTABLE("e") ") "
		"OR COALESCE(s.has_hidden, 0) = 0 OR q.has_personal = 0"),
	    REPAIR("message_hidden", verify_mention_key,
		"UPDATE message_hidden h "
		"STRAIGHT_JOIN entry e ON e.conv_id = h.conv_id "
		"AND e.conv_index = h.conv_index AND e.msg_id = h.msg_id "
		"AND e.kind = 1 "
		"STRAIGHT_JOIN chat_setting s ON s.user_id = h.user_id "
		"AND s.conv_id = h.conv_id "
		"STRAIGHT_JOIN user_seq q ON q.user_id = h.user_id "
		"SET h.sender_id = e.sender_id, "
		"h.countable = (" COUNTABLE("e") "), s.has_hidden = 1, "
		"q.has_personal = 1 "
		"WHERE h.user_id = ? AND h.conv_id = ? AND h.conv_index = ?"),
	    .lock = VERIFY_USER },
	/* It names the message, and where that is. */
	{ CHECK("star", VERIFY_USER, "a star is not where its message is"),
	    FIND("star",
		"SELECT s.conv_id, s.user_id, s.msg_id, "
		"COALESCE(r.conv_index, 0), s.conv_index FROM " KEYS
		"STRAIGHT_JOIN star s ON s.user_id = j.id "
		"LEFT JOIN entry e ON e.conv_id = s.conv_id "
		"AND e.conv_index = s.conv_index "
		"LEFT JOIN archived r ON r.msg_id = s.msg_id "
		"WHERE e.msg_id <> s.msg_id OR e.kind <> 1 "
		"OR r.conv_id <> s.conv_id OR r.conv_index <> s.conv_index"),
	    REPAIR("star", star_key,
		"UPDATE star s "
		"LEFT JOIN entry e ON e.msg_id = s.msg_id AND e.kind = 1 "
		"LEFT JOIN archived r ON r.msg_id = s.msg_id "
		"SET s.conv_id = COALESCE(e.conv_id, r.conv_id), "
		"s.conv_index = COALESCE(e.conv_index, r.conv_index) "
		"WHERE s.user_id = ? AND s.msg_id = ? "
		"AND COALESCE(e.conv_id, r.conv_id) IS NOT NULL"),
	    .lock = VERIFY_USER },
	END_OF_CHECKS,
};
/* clang-format on */
