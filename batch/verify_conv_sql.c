/* Checks of conversations: members, modes, and the work of fan-out. */
#include "verify_check.h"

/* The SQL is formatted by hand. */
/* clang-format off */

static const struct db_field dirty_key[] = {
	DB_I64(struct verify_finding, part),
	DB_I64(struct verify_finding, conv_id),
	DB_END,
};

const struct verify_check verify_conv_checks[] = {
	{ CHECK("member_count", VERIFY_CONV,
	    "a member count is not the count of members"),
	    FIND("member_count",
		"SELECT c.conv_id, 0, 0, COUNT(m.user_id), c.member_count "
		"FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"LEFT JOIN member m ON m.conv_id = c.conv_id "
		"AND m.left_index = c.dissolved_index "
		"GROUP BY c.conv_id, c.member_count "
		"HAVING COUNT(m.user_id) <> c.member_count"),
	    REPAIR("member_count", verify_conv_key,
		"UPDATE conversation c SET member_count = (SELECT COUNT(*) "
		"FROM member m WHERE m.conv_id = c.conv_id "
		"AND m.left_index = c.dissolved_index) "
		"WHERE c.conv_id = ?"),
	    .lock = VERIFY_CONV },
	{ CHECK("owner", VERIFY_CONV, "a group has no owner, or several"),
	    FIND2("owner",
		"SELECT c.conv_id, 0, 0, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"AND c.kind IN (2, 3) AND c.member_count > 0 "
		"AND c.created_by <> 0 "
		"LEFT JOIN member o ON o.conv_id = c.conv_id "
		"AND o.left_index = c.dissolved_index AND o.role = 3 "
		"WHERE o.user_id IS NULL UNION ALL "
		"SELECT DISTINCT c.conv_id, o.user_id, 0, 1, 2 FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"AND c.kind IN (2, 3) "
		"STRAIGHT_JOIN member m ON m.conv_id = c.conv_id "
		"AND m.left_index = c.dissolved_index AND m.role = 3 "
		"STRAIGHT_JOIN member o ON o.conv_id = c.conv_id "
		"AND o.left_index = c.dissolved_index AND o.role = 3 "
		"AND o.user_id > m.user_id") },
	{ CHECK("join_request", VERIFY_CONV,
	    "somebody waits who is a member, or banned"),
	    FIND("join_request",
		"SELECT r.conv_id, r.user_id, 0, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN join_request r ON r.conv_id = j.id "
		"LEFT JOIN member m ON m.conv_id = r.conv_id "
		"AND m.user_id = r.user_id AND m.left_index = 0 "
		"LEFT JOIN ban b ON b.conv_id = r.conv_id "
		"AND b.user_id = r.user_id AND b.until_ms = 0 "
		"WHERE m.user_id IS NOT NULL OR b.user_id IS NOT NULL") },
	{ CHECK("ban", VERIFY_CONV, "a member is banned for good"),
	    FIND("ban",
		"SELECT b.conv_id, b.user_id, 0, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN ban b ON b.conv_id = j.id "
		"STRAIGHT_JOIN member m ON m.conv_id = b.conv_id "
		"AND m.user_id = b.user_id AND m.left_index = 0 "
		"WHERE b.until_ms = 0") },
	{ CHECK("invite", VERIFY_CONV, "an invite was used too often"),
	    FIND("invite",
		"SELECT i.conv_id, i.created_by, i.invite_id, i.max_uses, "
		"i.uses FROM " KEYS
		"STRAIGHT_JOIN invite i ON i.conv_id = j.id "
		"WHERE i.max_uses > 0 AND i.uses > i.max_uses") },
	{ CHECK("dissolved", VERIFY_CONV,
	    "a dissolved conversation goes on, or has members"),
	    FIND("dissolved",
		"SELECT DISTINCT c.conv_id, 0, c.dissolved_index, "
		"c.dissolved_index, s.last_index FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = c.conv_id "
		"LEFT JOIN member m ON m.conv_id = c.conv_id "
		"AND c.dissolved_index > 0 AND m.left_index = 0 "
		"WHERE c.dissolved_index > 0 AND (c.dissolved_ms = 0 "
		"OR c.dissolved_index <> s.last_index "
		"OR m.user_id IS NOT NULL)") },
	{ CHECK("member_interval", VERIFY_CONV,
	    "an interval is empty, or ends behind the log"),
	    FIND("member_interval",
		"SELECT m.conv_id, m.user_id, m.joined_index, s.last_index, "
		"m.left_index FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"STRAIGHT_JOIN member m ON m.conv_id = s.conv_id "
		"LEFT JOIN member_past p ON p.conv_id = m.conv_id "
		"AND p.user_id = m.user_id "
		"WHERE m.joined_index > s.last_index "
		"OR m.left_index > s.last_index "
		"OR (m.left_index > 0 AND m.left_index < m.joined_index) "
		"OR p.left_index >= m.joined_index "
		"OR p.left_index < p.joined_index") },
	{ CHECK("conv_mode", VERIFY_CONV,
	    "a conversation is not in its last mode"),
	    FIND("conv_mode",
		"SELECT c.conv_id, 0, s.last_index, "
		LOG_MODE_AT("c.conv_id", "s.last_index + 1")
		", c.mode FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = c.conv_id "
		"WHERE c.mode <> "
		LOG_MODE_AT("c.conv_id", "s.last_index + 1")),
	    REPAIR("conv_mode", verify_conv_key,
		"UPDATE conversation c JOIN conv_seq s "
		"ON s.conv_id = c.conv_id SET c.mode = "
		LOG_MODE_AT("c.conv_id", "s.last_index + 1")
		" WHERE c.conv_id = ?"),
	    .lock = VERIFY_CONV },
	{ CHECK("refused", VERIFY_CONV,
	    "a member of a direct chat is not refused as the "
	    "other one's block says"),
	    FIND("refused",
		"SELECT m.conv_id, m.user_id, 0, b.user_id IS NOT NULL, "
		"m.refused FROM " KEYS
		"STRAIGHT_JOIN conversation v ON v.conv_id = j.id "
		"AND v.kind = 1 "
		"STRAIGHT_JOIN member m ON m.conv_id = v.conv_id "
		"AND m.refused < 2 "
		"STRAIGHT_JOIN member o ON o.conv_id = m.conv_id "
		"AND o.user_id <> m.user_id "
		"LEFT JOIN block b ON b.user_id = o.user_id "
		"AND b.blocked_id = m.user_id "
		"WHERE m.refused <> (b.user_id IS NOT NULL)"),
	    REPAIR("refused", verify_member_key,
		"UPDATE member m "
		"STRAIGHT_JOIN member o ON o.conv_id = m.conv_id "
		"AND o.user_id <> m.user_id "
		"STRAIGHT_JOIN conversation c ON c.conv_id = m.conv_id "
		"LEFT JOIN block b ON b.user_id = o.user_id "
		"AND b.blocked_id = m.user_id "
		"SET m.refused = b.user_id IS NOT NULL, "
		"c.version = c.version + 1 "
		"WHERE m.conv_id = ? AND m.user_id = ? AND m.refused < 2"),
	    .lock = VERIFY_CONV, .is_late = true },
	{ CHECK("fanout_forgotten", VERIFY_CONV,
	    "entries wait for fan-out and nobody knows"),
	    FIND("fanout_forgotten",
		"SELECT s.conv_id, 0, 0, s.last_index, "
		"COALESCE(f.done_index, -1) FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"LEFT JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = s.conv_id "
		"LEFT JOIN log_dirty d ON d.consumer = 1 "
		"AND d.part IN (0, 1, 2, 3) AND d.conv_id = s.conv_id "
		"WHERE d.conv_id IS NULL "
		"AND s.last_index > COALESCE(f.done_index, -1)"),
	    REPAIR("fanout_forgotten", dirty_key,
		"INSERT INTO log_dirty (consumer, part, conv_id, head, "
		"since_ms) SELECT 1, ?, s.conv_id, s.last_index, s.last_ms "
		"FROM conv_seq s WHERE s.conv_id = ? "
		"ON DUPLICATE KEY UPDATE "
		"head = GREATEST(head, VALUES(head))"),
	    .lock = VERIFY_CONV },
	{ CHECK("fanout_cursor", VERIFY_CONV,
	    "a cursor is ahead of its log, or torn"),
	    FIND("fanout_cursor",
		"SELECT f.conv_id, f.after_user_id, f.hi_index, "
		"s.last_index, f.done_index FROM " KEYS
		"STRAIGHT_JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = j.id "
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = f.conv_id "
		"WHERE f.done_index > s.last_index "
		"OR f.hi_index > s.last_index "
		"OR (f.hi_index <= f.done_index AND f.after_user_id > 0 "
		"AND f.mode = 0)") },
	{ CHECK("turn_forgotten", VERIFY_CONV,
	    "the members' chats wait for a change of mode and nobody knows"),
	    FIND("turn_forgotten",
		"SELECT c.conv_id, 0, 0, c.mode, f.mode FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = c.conv_id "
		"STRAIGHT_JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = c.conv_id "
		"LEFT JOIN log_dirty d ON d.consumer = 1 "
		"AND d.part IN (0, 1, 2, 3) AND d.conv_id = c.conv_id "
		"WHERE d.conv_id IS NULL AND f.done_index = s.last_index "
		"AND c.mode <> COALESCE(NULLIF(f.mode, 0), "
		LOG_MODE_AT("c.conv_id", "f.done_index") ")"),
	    REPAIR("turn_forgotten", dirty_key,
		"INSERT INTO log_dirty (consumer, part, conv_id, head, "
		"since_ms, turns) SELECT 1, ?, s.conv_id, s.last_index, "
		"s.last_ms, 1 FROM conv_seq s WHERE s.conv_id = ? "
		"ON DUPLICATE KEY UPDATE turns = turns + 1"),
	    .lock = VERIFY_CONV },
	{ CHECK("conv_shed", VERIFY_CONV,
	    "is in mode pull for load, and not in the list of these"),
	    FIND("conv_shed",
		"SELECT c.conv_id, 0, 0, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"LEFT JOIN conv_shed x ON x.conv_id = c.conv_id "
		"WHERE c.forced_mode = 3 AND x.conv_id IS NULL"),
	    REPAIR("conv_shed", verify_conv_key,
		"INSERT IGNORE INTO conv_shed (conv_id, shed_ms) "
		"SELECT c.conv_id, 1 FROM conversation c WHERE c.conv_id = ? "
		"AND c.forced_mode = 3"),
	    .lock = VERIFY_CONV },
	END_OF_CHECKS,
};
/* clang-format on */
