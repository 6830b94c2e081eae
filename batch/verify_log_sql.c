/* Checks of logs: entries, their numbers and their bodies. */
#include "verify_check.h"

/* The SQL is formatted by hand. */
/* clang-format off */

#define BUMPS(e) e ".kind = 1 AND (" e ".flags & 4) = 0"
#define LAST_BUMP(conv)                                                   \
	"(SELECT o.sent_ms FROM entry o WHERE o.conv_id = " conv          \
	" AND " BUMPS("o") " ORDER BY o.conv_index DESC LIMIT 1)"
/* MariaDB refuses JSON of more than 32 levels; what has fewer brackets is no
 * deeper. */
#define IS_FLAT                                           \
	"2 * LENGTH(b.content) - LENGTH(REPLACE(b.content, '{', '')) - " \
	"LENGTH(REPLACE(b.content, '[', '')) < 31 "

const struct verify_check verify_log_checks[] = {
	{ CHECK("log_hole", VERIFY_CONV, "a log is not 1..last_index"),
	    FIND("log_hole",
		"SELECT s.conv_id, 0, COALESCE(MAX(e.conv_index), 0), "
		"s.last_index, COUNT(e.conv_index) FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"LEFT JOIN entry e ON e.conv_id = s.conv_id "
		"LEFT JOIN log_base b ON b.conv_id = s.conv_id "
		"AND b.sender_id = 0 "
		"GROUP BY s.conv_id, s.last_index, b.base_index "
		"HAVING COUNT(e.conv_index) <> "
		"s.last_index - COALESCE(b.base_index, 0) "
		"OR MIN(e.conv_index) <> COALESCE(b.base_index, 0) + 1 "
		"OR MAX(e.conv_index) <> s.last_index") },
	{ CHECK("segment_hole", VERIFY_CONV,
	    "the segments of a log are not 1..archived_index"),
	    FIND("segment_hole",
		"SELECT s.conv_id, 0, COALESCE(MAX(g.to_index), 0), "
		"s.archived_index, CAST(COALESCE(SUM(g.to_index - "
		"g.from_index + 1), 0) AS SIGNED) FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"LEFT JOIN segment g ON g.conv_id = s.conv_id "
		"GROUP BY s.conv_id, s.archived_index "
		"HAVING COALESCE(SUM(g.to_index - g.from_index + 1), 0) "
		"<> s.archived_index "
		"OR COALESCE(MAX(g.to_index), 0) <> s.archived_index "
		"OR MIN(g.from_index) <> 1 ORDER BY NULL") },
	{ CHECK("archived_index", VERIFY_CONV,
	    "the counts at the end of an archive are not its own"),
	    FIND("archived_index",
		"SELECT s.conv_id, 0, s.archived_index, "
		"COALESCE(g.ordinal, 0), COALESCE(b.ordinal, 0) FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"LEFT JOIN log_base b ON b.conv_id = s.conv_id "
		"AND b.sender_id = 0 "
		"LEFT JOIN segment g ON g.conv_id = s.conv_id "
		"AND g.to_index = s.archived_index "
		"WHERE s.archived_index <> COALESCE(b.base_index, 0) "
		"OR COALESCE(g.ordinal, 0) <> COALESCE(b.ordinal, 0)") },
	{ CHECK("archived_own", VERIFY_CONV,
	    "the count of a sender at the end of an archive is not that of "
	    "their last segment"),
	    FIND("archived_own",
		"SELECT g.conv_id, g.sender_id, MAX(g.to_index), "
		"MAX(g.ordinal), COALESCE(MAX(b.ordinal), -1) FROM " KEYS
		"STRAIGHT_JOIN segment_sender g ON g.conv_id = j.id "
		"AND g.sender_id > 0 "
		"LEFT JOIN log_base b ON b.conv_id = g.conv_id "
		"AND b.sender_id = g.sender_id "
		"GROUP BY g.conv_id, g.sender_id "
		"HAVING MAX(g.ordinal) <> COALESCE(MAX(b.ordinal), -1) "
		"ORDER BY NULL") },
	{ CHECK("archived", VERIFY_CONV,
	    "an archived entry cannot be found"),
	    FIND("archived",
		"SELECT s.conv_id, 0, s.archived_index, s.archived_index, "
		"COUNT(r.msg_id) FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"LEFT JOIN archived r ON r.conv_id = s.conv_id "
		"GROUP BY s.conv_id, s.archived_index "
		"HAVING COUNT(r.msg_id) <> s.archived_index "
		"OR 2 * COALESCE(SUM(r.conv_index), 0) <> "
		"s.archived_index * (s.archived_index + 1) "
		"OR MAX(r.conv_index) > s.archived_index ORDER BY NULL") },
	{ CHECK("archived_entry", VERIFY_CONV,
	    "an archived entry is a row as well"),
	    FIND("archived_entry",
		"SELECT r.conv_id, 0, r.conv_index, 0, e.conv_index FROM " KEYS
		"STRAIGHT_JOIN archived r ON r.conv_id = j.id "
		"STRAIGHT_JOIN entry e ON e.msg_id = r.msg_id") },
	{ CHECK("log_ordinal", VERIFY_CONV,
	    "an ordinal is not the count of messages"),
	    FIND("log_ordinal",
		"SELECT conv_id, 0, conv_index, counted, ordinal FROM ("
		"SELECT e.conv_id, e.conv_index, e.ordinal, "
		"COALESCE(b.ordinal, 0) + CAST(SUM("
		COUNTABLE("e") ") OVER (PARTITION BY e.conv_id "
		"ORDER BY e.conv_index) AS SIGNED) counted FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"LEFT JOIN log_base b ON b.conv_id = e.conv_id "
		"AND b.sender_id = 0) x WHERE ordinal <> counted") },
	{ CHECK("log_own_ordinal", VERIFY_CONV,
	    "an own ordinal is not the count of own messages"),
	    FIND("log_own_ordinal",
		"SELECT conv_id, sender_id, conv_index, counted, own_ordinal "
		"FROM (SELECT e.conv_id, e.sender_id, e.conv_index, "
		"e.own_ordinal, COALESCE(b.ordinal, 0) + CAST(SUM("
		COUNTABLE("e") ") OVER (PARTITION BY e.conv_id, e.sender_id "
		"ORDER BY e.conv_index) AS SIGNED) counted FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"LEFT JOIN log_base b ON b.conv_id = e.conv_id "
		"AND b.sender_id = e.sender_id AND b.sender_id > 0) x "
		"WHERE own_ordinal <> counted") },
	{ CHECK("log_time", VERIFY_CONV, "sent_at goes back"),
	    FIND("log_time",
		"SELECT conv_id, 0, conv_index, before_ms, sent_ms FROM ("
		"SELECT e.conv_id, e.conv_index, e.sent_ms, LAG(e.sent_ms) "
		"OVER (PARTITION BY e.conv_id ORDER BY e.conv_index) "
		"before_ms FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id) x "
		"WHERE sent_ms < before_ms") },
	/* Along the key that forbids it. */
	{ CHECK("log_client_id", VERIFY_CONV, "a client id is there twice"),
	    FIND2("log_client_id",
		"SELECT e.conv_id, e.sender_id, MAX(e.conv_index), 1, "
		"COUNT(*) FROM " KEYS
		"STRAIGHT_JOIN entry e FORCE INDEX (entry_client) "
		"ON e.conv_id = j.id WHERE e.client_msg_id IS NOT NULL "
		"GROUP BY e.conv_id, e.sender_id, e.client_msg_id "
		"HAVING COUNT(*) > 1 UNION ALL "
		"SELECT e.conv_id, e.sender_id, e.conv_index, 1, 2 FROM " KEYS
		"STRAIGHT_JOIN scheduled d ON d.conv_id = j.id "
		"STRAIGHT_JOIN entry e FORCE INDEX (entry_client) "
		"ON e.conv_id = d.conv_id AND e.sender_id = d.user_id "
		"AND e.client_msg_id = d.client_msg_id") },
	{ CHECK("log_head", VERIFY_CONV,
	    "conv_seq does not say what the last entry says"),
	    FIND("log_head",
		"SELECT s.conv_id, 0, s.last_index, e.ordinal, "
		"s.last_ordinal FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"STRAIGHT_JOIN entry e ON e.conv_id = s.conv_id "
		"AND e.conv_index = s.last_index "
		"WHERE s.last_ordinal <> e.ordinal OR s.last_ms <> e.sent_ms "
		"OR s.last_bump_ms <> COALESCE(" LAST_BUMP("s.conv_id") ", "
		"s.last_bump_ms)"),
	    REPAIR("log_head", verify_conv_key,
		"UPDATE conv_seq s JOIN entry e ON e.conv_id = s.conv_id "
		"AND e.conv_index = s.last_index "
		"SET s.last_ordinal = e.ordinal, s.last_ms = e.sent_ms, "
		"s.last_bump_ms = COALESCE(" LAST_BUMP("s.conv_id") ", "
		"s.last_bump_ms) "
		"WHERE s.conv_id = ?"),
	    .lock = VERIFY_CONV },
	{ CHECK("conversation", VERIFY_CONV,
	    "a conversation or its log is missing"),
	    FIND("conversation",
		"SELECT j.id, 0, 0, 2, (s.conv_id IS NOT NULL) + "
		"(c.conv_id IS NOT NULL) FROM " KEYS
		"LEFT JOIN conv_seq s ON s.conv_id = j.id "
		"LEFT JOIN conversation c ON c.conv_id = j.id "
		"WHERE (s.conv_id IS NULL) <> (c.conv_id IS NULL)") },
	{ CHECK("body_missing", VERIFY_CONV, "an entry has no body"),
	    FIND("body_missing",
		"SELECT e.conv_id, 0, e.conv_index, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"LEFT JOIN body b ON b.conv_id = e.conv_id "
		"AND b.conv_index = e.conv_index "
		"WHERE b.conv_id IS NULL AND e.state <> 2") },
	{ CHECK("body_broken", VERIFY_CONV,
	    "a body is not JSON, and shows nothing"),
	    FIND("body_broken",
		"SELECT b.conv_id, 0, b.conv_index, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN body b ON b.conv_id = j.id "
		"WHERE JSON_VALID(CONVERT(CONCAT('{', b.content, '}') "
		"USING utf8mb4)) = 0 AND " IS_FLAT) },
	END_OF_CHECKS,
};
/* clang-format on */
