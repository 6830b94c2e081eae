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
	END_OF_CHECKS,
};
/* clang-format on */
