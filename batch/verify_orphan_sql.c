/* Checks of what is left of something that is gone. */
#include "verify_check.h"

/* The SQL is formatted by hand. */
/* clang-format off */

/* The entry e of row b, and whether its log says that there must be one. */
#define LOG_OF_ROW                                                        \
	"LEFT JOIN entry e ON e.conv_id = b.conv_id "                     \
	"AND e.conv_index = b.conv_index "                                \
	"LEFT JOIN conv_seq s ON s.conv_id = b.conv_id "                  \
	"LEFT JOIN conversation c ON c.conv_id = b.conv_id "              \
	"LEFT JOIN log_base w ON w.conv_id = b.conv_id "                  \
	"AND w.sender_id = 0 "
#define HAD_ENTRY                                                         \
	"IF(s.conv_id IS NULL, c.conv_id IS NOT NULL, "                   \
	"b.conv_index > COALESCE(w.base_index, 0) "                       \
	"AND b.conv_index <= s.last_index)"

/* Something of an entry.  If the entry is lost, it is kept: it may be all that
 * is left of a message.  no_entry: when none is there. */
#define OF_ENTRY(what, table, no_entry, sentence)                         \
	{ CHECK(what, VERIFY_CONV,                                        \
	    sentence " has no entry; if want=1, the entry is lost"),      \
	    FIND(what, "SELECT DISTINCT b.conv_id, 0, b.conv_index, "     \
		HAD_ENTRY ", NOT " HAD_ENTRY " FROM " KEYS                \
		"STRAIGHT_JOIN " table " b ON b.conv_id = j.id "          \
		LOG_OF_ROW "WHERE " no_entry),                            \
	    REPAIR(what, verify_entry_key,                                \
		"DELETE b FROM " table " b " LOG_OF_ROW                   \
		"WHERE b.conv_id = ? AND b.conv_index = ? "               \
		"AND " no_entry " AND NOT " HAD_ENTRY),                   \
	    .lock = VERIFY_CONV }

/* Bodies go to the archive with their entries, the rest stays. */
#define IS_NO_ROW "e.conv_id IS NULL"
#define IS_NOWHERE                                                        \
	"e.conv_id IS NULL AND b.conv_index > COALESCE(s.archived_index, 0)"

/* Rows of a conversation that is not there at all. */
#define NO_CONV                                                           \
	"LEFT JOIN conv_seq s ON s.conv_id = b.conv_id "                  \
	"LEFT JOIN conversation c ON c.conv_id = b.conv_id "
#define IS_NO_CONV "s.conv_id IS NULL AND c.conv_id IS NULL"
#define FIND_OF_CONV(what, table, condition)                              \
	FIND(what, "SELECT b.conv_id, 0, 0, 0, COUNT(*) FROM " KEYS       \
	    "STRAIGHT_JOIN " table " b ON b.conv_id = j.id " condition    \
	    NO_CONV "WHERE " IS_NO_CONV " GROUP BY b.conv_id ORDER BY NULL")
#define OF_CONV(what, table, condition)                                   \
	{ CHECK(what, VERIFY_CONV,                                        \
	    "rows of " table " of a conversation that is not there"),     \
	    FIND_OF_CONV(what, table, condition) }
/* Nobody misses them. */
#define OF_CONV_DROPPED(what, table, condition)                           \
	{ CHECK(what, VERIFY_CONV,                                        \
	    "rows of " table " of a conversation that is not there"),     \
	    FIND_OF_CONV(what, table, condition),                         \
	    REPAIR(what, verify_conv_key,                                 \
		"DELETE b FROM " table " b " NO_CONV                      \
		"WHERE b.conv_id = ? " condition "AND " IS_NO_CONV),      \
	    .lock = VERIFY_CONV }

/* Rows of a user who is not there at all. */
#define NO_USER "LEFT JOIN user u ON u.user_id = b.user_id "
#define OF_USER(what, table)                                              \
	{ CHECK(what, VERIFY_USER,                                        \
	    "rows of " table " of a user who is not there"),              \
	    FIND(what, "SELECT 0, b.user_id, 0, 0, COUNT(*) FROM " KEYS   \
		"STRAIGHT_JOIN " table " b ON b.user_id = j.id " NO_USER  \
		"WHERE u.user_id IS NULL "                                \
		"GROUP BY b.user_id ORDER BY NULL"),                      \
	    REPAIR(what, verify_user_key,                                 \
		"DELETE b FROM " table " b " NO_USER                      \
		"WHERE b.user_id = ? AND u.user_id IS NULL"),             \
	    .lock = VERIFY_USER }

const struct verify_check verify_orphan_checks[] = {
	OF_ENTRY("body_orphan", "body", IS_NO_ROW, "a body"),
	OF_ENTRY("version_orphan", "entry_version", IS_NOWHERE,
	    "an earlier version"),
	OF_ENTRY("reaction_orphan", "reaction", IS_NOWHERE, "a reaction"),
	OF_ENTRY("pin_orphan", "pin", IS_NOWHERE, "a pin"),
	OF_ENTRY("expiry_orphan", "entry_expiry", IS_NOWHERE,
	    "a time of expiry"),
	OF_ENTRY("away_orphan", "entry_away", IS_NOWHERE,
	    "a message that does not count"),
	OF_CONV("entry_orphan", "entry", ""),
	OF_CONV("member_orphan", "member", ""),
	OF_CONV("member_past_orphan", "member_past", ""),
	OF_CONV_DROPPED("mark_orphan", "mark", ""),
	OF_CONV("mode_orphan", "conv_mode", ""),
	OF_CONV("base_orphan", "log_base", ""),
	OF_CONV("segment_orphan", "segment", ""),
	OF_CONV("segment_sender_orphan", "segment_sender", ""),
	OF_CONV("archived_orphan", "archived", ""),
	OF_CONV_DROPPED("join_request_orphan", "join_request", ""),
	OF_CONV_DROPPED("ban_orphan", "ban", ""),
	OF_CONV_DROPPED("invite_orphan", "invite", ""),
	OF_CONV_DROPPED("cursor_orphan", "log_cursor", "AND b.consumer = 1 "),
	OF_CONV_DROPPED("work_orphan", "log_dirty",
	    "AND b.consumer = 1 AND b.part IN (0, 1, 2, 3) "),
	OF_USER("setting_orphan", "chat_setting"),
	OF_USER("mention_orphan", "mention"),
	OF_USER("hidden_orphan", "message_hidden"),
	OF_USER("star_orphan", "star"),
	OF_USER("reminder_orphan", "reminder"),
	OF_USER("session_orphan", "session"),
	OF_USER("jwt_orphan", "session_jwt"),
	OF_USER("user_setting_orphan", "user_setting"),
	OF_USER("badge_orphan", "badge"),
	OF_USER("badge_chat_orphan", "badge_chat"),
	OF_USER("contact_orphan", "contact"),
	OF_USER("block_orphan", "block"),
	/* An inbox without numbers has no reader. */
	{ CHECK("inbox_orphan", VERIFY_USER, "an inbox without its numbers"),
	    FIND("inbox_orphan",
		"SELECT 0, b.user_id, MAX(b.user_index), 0, COUNT(*) FROM " KEYS
		"STRAIGHT_JOIN inbox b ON b.user_id = j.id "
		"LEFT JOIN user_seq s ON s.user_id = b.user_id "
		"WHERE s.user_id IS NULL GROUP BY b.user_id ORDER BY NULL") },
	END_OF_CHECKS,
};
/* clang-format on */
