/* Checks of people. */
#include "verify_check.h"

/* The SQL is formatted by hand. */
/* clang-format off */

const struct verify_check verify_user_checks[] = {
	{ CHECK("contact_side", VERIFY_USER,
	    "a contact is not what the other side says"),
	    FIND("contact_side",
		"SELECT 0, c.user_id, c.other_id, "
		"IF(c.state = 3, 3, 3 - c.state), COALESCE(o.state, 0) FROM "
		KEYS "STRAIGHT_JOIN contact c ON c.user_id = j.id "
		"LEFT JOIN contact o ON o.user_id = c.other_id "
		"AND o.other_id = c.user_id "
		"WHERE COALESCE(o.state, 0) <> "
		"IF(c.state = 3, 3, 3 - c.state)") },
	{ CHECK("user_rows", VERIFY_USER,
	    "a user has no inbox, or no search finds them"),
	    FIND("user_rows",
		/* A user has many parts. */
		"SELECT DISTINCT 0, u.user_id, 0, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN user u ON u.user_id = j.id "
		"LEFT JOIN user_seq s ON s.user_id = u.user_id "
		"LEFT JOIN user_part p ON p.user_id = u.user_id "
		"WHERE s.user_id IS NULL OR (p.user_id IS NULL "
		"AND u.username NOT LIKE '~%')") },
	{ CHECK("erased", VERIFY_USER,
	    "an erasure that is done has left a message, or the "
	    "user in a group"),
	    FIND2("erased",
		"SELECT e.conv_id, x.user_id, e.conv_index, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN erasure x ON x.user_id = j.id "
		"AND x.due_ms IS NULL "
		"STRAIGHT_JOIN chat c ON c.user_id = x.user_id "
		"STRAIGHT_JOIN entry e FORCE INDEX (entry_sender) "
		"ON e.conv_id = c.conv_id AND e.sender_id = x.user_id "
		"AND e.kind = 1 AND e.state = 0 UNION ALL "
		"SELECT m.conv_id, x.user_id, 0, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN erasure x ON x.user_id = j.id "
		"AND x.due_ms IS NULL "
		"STRAIGHT_JOIN chat c ON c.user_id = x.user_id "
		"STRAIGHT_JOIN conversation v ON v.conv_id = c.conv_id "
		"AND v.kind IN (2, 3) "
		"STRAIGHT_JOIN member m ON m.conv_id = c.conv_id "
		"AND m.user_id = x.user_id AND m.left_index = 0") },
	{ CHECK("erased_export", VERIFY_USER,
	    "an erasure that is done has left an export"),
	    FIND("erased_export",
		"SELECT 0, x.user_id, 0, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN erasure x ON x.user_id = j.id "
		"AND x.due_ms IS NULL "
		"STRAIGHT_JOIN export p FORCE INDEX (export_subject) "
		"ON p.app_id = x.app_id AND p.user_id = x.user_id "
		"WHERE p.state <> 4") },
	/* The owner of a name is the row of `username`. */
	{ CHECK("username", VERIFY_USER, "a user does not own their name"),
	    FIND("username",
		"SELECT 0, u.user_id, 0, u.user_id, COALESCE(n.user_id, 0) "
		"FROM " KEYS
		"STRAIGHT_JOIN user u ON u.user_id = j.id "
		"AND u.username NOT LIKE '~%' "
		"LEFT JOIN username n ON n.app_id = u.app_id "
		"AND n.username = u.username "
		"WHERE n.user_id IS NULL OR n.user_id <> u.user_id"),
	    /* Not if somebody else owns it. */
	    REPAIR("username", verify_user_key,
		"INSERT IGNORE INTO username (app_id, username, user_id) "
		"SELECT u.app_id, u.username, u.user_id FROM user u "
		"WHERE u.user_id = ?"),
	    .lock = VERIFY_USER },
	{ CHECK("tombstone", VERIFY_USER,
	    "something of an erased user is left, or the erasure is missing"),
	    FIND("tombstone",
		"SELECT 0, u.user_id, 0, x.user_id IS NOT NULL, "
		"u.username LIKE '~%' FROM " KEYS
		"STRAIGHT_JOIN user u ON u.user_id = j.id "
		"LEFT JOIN erasure x ON x.user_id = u.user_id "
		"WHERE (u.username LIKE '~%') <> (x.user_id IS NOT NULL) "
		"OR (u.username LIKE '~%' AND (u.display_name <> '' "
		"OR u.folded <> '' OR u.avatar IS NOT NULL "
		"OR u.bio IS NOT NULL OR u.meta IS NOT NULL "
		"OR u.disabled_ms = 0))"),
	    REPAIR("tombstone", verify_user_key,
		"UPDATE user u STRAIGHT_JOIN erasure x "
		"ON x.user_id = u.user_id SET u.display_name = '', "
		"u.folded = '', u.avatar = NULL, u.bio = NULL, u.meta = NULL, "
		"u.disabled_ms = IF(u.disabled_ms = 0, x.asked_ms, "
		"u.disabled_ms), u.version = u.version + 1 "
		"WHERE u.user_id = ? AND u.username LIKE '~%'"),
	    .lock = VERIFY_USER },
	{ CHECK("part_orphan", VERIFY_USER,
	    "a search finds a user who is not there, or in another app"),
	    FIND("part_orphan",
		"SELECT 0, p.user_id, 0, 0, COUNT(*) FROM " KEYS
		"STRAIGHT_JOIN user_part p ON p.user_id = j.id "
		"LEFT JOIN user u ON u.user_id = p.user_id "
		"AND u.app_id = p.app_id "
		"WHERE u.user_id IS NULL GROUP BY p.user_id ORDER BY NULL"),
	    REPAIR("part_orphan", verify_user_key,
		"DELETE p FROM user_part p LEFT JOIN user u "
		"ON u.user_id = p.user_id AND u.app_id = p.app_id "
		"WHERE p.user_id = ? AND u.user_id IS NULL"),
	    .lock = VERIFY_USER },
	{ CHECK("direct", VERIFY_USER,
	    "a pair is in the wrong order, or has no conversation"),
	    FIND("direct",
		"SELECT d.conv_id, d.low_id, d.high_id, 1, "
		"c.conv_id IS NOT NULL FROM " KEYS
		"STRAIGHT_JOIN direct d ON d.low_id = j.id "
		"LEFT JOIN conversation c ON c.conv_id = d.conv_id "
		"WHERE c.conv_id IS NULL OR d.low_id > d.high_id"),
	    /* Both are exchanged. */
	    REPAIR("direct", verify_member_key,
		"UPDATE direct SET low_id = low_id ^ high_id, "
		"high_id = low_id ^ high_id, low_id = low_id ^ high_id "
		"WHERE conv_id = ? AND low_id = ? AND low_id > high_id "
		"AND EXISTS (SELECT 1 FROM conversation c "
		"WHERE c.conv_id = direct.conv_id)"),
	    .lock = VERIFY_USER },
	END_OF_CHECKS,
};
/* clang-format on */
