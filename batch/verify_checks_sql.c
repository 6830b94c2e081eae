/* The table of checks. */
#include "verify.h"

#include "im/user/unread.h"

#define FINDING struct verify_finding
static const struct db_field out_map[] = {
	DB_I64(FINDING, conv_id),
	DB_I64(FINDING, user_id),
	DB_I64(FINDING, at),
	DB_I64(FINDING, want),
	DB_I64(FINDING, got),
	DB_END,
};

static const struct db_field keys_in[] = {
	DB_STR(struct verify_keys, list),
	DB_END,
};

#define FIND(what, text)                                               \
	{                                                              \
		.name = "verify." what, .sql = text, .in = keys_in,    \
		.in_size = sizeof(struct verify_keys), .out = out_map, \
		.out_size = sizeof(FINDING)                            \
	}
static const struct db_field keys2_in[] = {
	DB_STR(struct verify_keys, list),
	DB_STR(struct verify_keys, list),
	DB_END,
};
#define FIND2(what, text)                                              \
	{                                                              \
		.name = "verify." what, .sql = text, .in = keys2_in,   \
		.in_size = sizeof(struct verify_keys), .out = out_map, \
		.out_size = sizeof(FINDING)                            \
	}
static const struct db_field keys3_in[] = {
	DB_STR(struct verify_keys, list),
	DB_STR(struct verify_keys, list),
	DB_STR(struct verify_keys, list),
	DB_END,
};
#define FIND3(what, text)                                              \
	{                                                              \
		.name = "verify." what, .sql = text, .in = keys3_in,   \
		.in_size = sizeof(struct verify_keys), .out = out_map, \
		.out_size = sizeof(FINDING)                            \
	}
#define REPAIR(what, map, text)                                        \
	{                                                              \
		.name = "verify.repair_" what, .sql = text, .in = map, \
		.in_size = sizeof(FINDING)                             \
	}

/* The SQL is formatted by hand. */
/* clang-format off */
/* ---- pieces ---- */

/* What badge_chat has of a chat: one row c, as many w as count no more. */
#define BADGE_UNREAD \
	"IF(MAX(c.listed) = 1 AND MAX(c.mode) = 1, MAX(" CHAT_PLAIN ") " \
	"- COUNT(w.conv_id), 0)"

#define KEYS "JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
#define COUNTABLE(e) e ".kind = 1 AND (" e ".flags & 2) = 0"
#define BUMPS(e) e ".kind = 1 AND (" e ".flags & 4) = 0"
#define LAST_BUMP(conv)                                                   \
	"(SELECT o.sent_ms FROM entry o WHERE o.conv_id = " conv          \
	" AND " BUMPS("o") " ORDER BY o.conv_index DESC LIMIT 1)"
/* How far fan-out has served user `u`. */
#define PROGRESS(u)                                                       \
	"IF(" u " <= f.after_user_id, "                                   \
	"GREATEST(f.done_index, f.hi_index), f.done_index)"
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
/* The mode that entry `at` was numbered in. */
#define MODE_AT(conv, at)                                                 \
	"COALESCE((SELECT t.mode FROM conv_mode t WHERE t.conv_id = " conv \
	" AND t.from_index <= " at " ORDER BY t.from_index DESC LIMIT 1), 1)"
/* The last index that interval m has received at `at`. */
#define REACH "IF(m.left_index = 0, m.at, LEAST(m.left_index, m.at))"
/* Up to what is a row: see IS_ROW. */
#define OWN(conv, user, hi)                                               \
	"((SELECT COUNT(*) FROM entry o WHERE o.conv_id = " conv          \
	" AND o.sender_id = " user " AND o.conv_index <= " hi " AND "     \
	COUNTABLE("o") ") + COALESCE((SELECT o.ordinal FROM log_base o "  \
	"WHERE o.conv_id = " conv " AND o.sender_id = " user              \
	" AND o.sender_id > 0), 0))"
/* Whether what is at an index is no entry of a segment: those are counted by
 * verify_archive.c.  Index 0 is before the first entry. */
#define IS_ROW(conv, at)                                                  \
	"(SELECT " at " > q.archived_index OR q.archived_index = 0 "      \
	"FROM conv_seq q WHERE q.conv_id = " conv ")"

/* Where mark k is, or the end of its log. */
#define IN_LOG "LEAST(k.read_index, s.last_index)"

/* Since when an entry does not count. */
#define AWAY_FROM "IF(e.state = 1, 0, e.expires_ms)"
/* MariaDB refuses JSON of more than 32 levels; what has fewer brackets is no
 * deeper. */
#define IS_FLAT                                           \
	"2 * LENGTH(b.content) - LENGTH(REPLACE(b.content, '{', '')) - " \
	"LENGTH(REPLACE(b.content, '[', '')) < 31 "

/* The entry e of body b, and whether its log says that there must be one. */
#define LOG_OF_BODY                                                       \
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
	MODE_AT("m.conv_id", "m.joined_index") " = 2) "                   \
	"+ (m.left_index BETWEEN " low " AND " reach " AND "              \
	MODE_AT("m.conv_id", "m.left_index") " = 2) "                     \
	"+ (SELECT COUNT(*) FROM mention x WHERE x.user_id = m.user_id "  \
	"AND x.conv_id = m.conv_id AND x.conv_index BETWEEN " low " AND " \
	reach " AND x.conv_index NOT IN (m.joined_index, m.left_index) "  \
	"AND " MODE_AT("x.conv_id", "x.conv_index") " = 2)"

/* Reactions in mode push, of which a member has only the last that met in a
 * pass: they are not counted. */
#define REACTED                                                           \
	"reacted AS (SELECT e.conv_id, e.conv_index FROM "                \
	"(SELECT DISTINCT conv_id FROM span) v "                          \
	"JOIN entry e ON e.conv_id = v.conv_id AND e.kind = 4 "           \
	"WHERE " MODE_AT("e.conv_id", "e.conv_index") " = 1)"

/* A chat's unread by formula and by counting. */
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
	"WHERE c.listed = 1 AND " IS_ROW("c.conv_id", read "+ 1")         \
	" AND c.mode = " mode

/* What each member's chat row should contain, for the present interval or, for
 * those who left, the last one (rows of earlier ones come before it).  The row
 * of a member in mode pull does not move: it is compared with the log at its
 * own index, STAYS. */
#define STAYS                                                             \
	"COALESCE((SELECT GREATEST(m.joined_index, LEAST(k.last_index, "  \
	REACH ")) FROM chat k WHERE k.user_id = m.user_id "               \
	"AND k.conv_id = m.conv_id), " REACH ")"
#define WANT_CHAT(where, stays)                                           \
	"(SELECT r.*, "                                                   \
	"(SELECT e.ordinal FROM entry e WHERE e.conv_id = r.conv_id "     \
	"AND e.conv_index = r.reach) ordinal, "                           \
	OWN("r.conv_id", "r.user_id", "r.reach") " own, "                 \
	"(SELECT e.sent_ms FROM entry e WHERE e.conv_id = r.conv_id "     \
	"AND e.conv_index BETWEEN GREATEST(r.joined_index, 1) AND "       \
	"r.reach AND " BUMPS("e") " ORDER BY e.conv_index DESC LIMIT 1) " \
	"bump_ms, "                                                       \
	"(SELECT e.conv_index FROM entry e WHERE e.conv_id = r.conv_id "  \
	"AND e.conv_index BETWEEN GREATEST(r.joined_index, 1) AND "       \
	"r.reach AND e.kind = 1 ORDER BY e.conv_index DESC LIMIT 1) "     \
	"message, "                                                       \
	"(SELECT e.sent_ms FROM entry e WHERE e.conv_id = r.conv_id "     \
	"AND e.conv_index = GREATEST(r.joined_index, 1)) first_ms, "      \
	"IF(r.joined_index = 0, 0, (SELECT e.ordinal FROM entry e "       \
	"WHERE e.conv_id = r.conv_id AND e.conv_index = r.joined_index)) " \
	"base_ordinal, "                                                  \
	"IF(r.joined_index = 0, 0, "                                      \
	OWN("r.conv_id", "r.user_id", "r.joined_index") ") base_own "     \
	"FROM (SELECT m.conv_id, m.user_id, m.joined_index, m.mode, "     \
	"IF(m.mode = 2, " stays ", " REACH ") reach, "                    \
	"m.left_index = 0 OR m.left_index > m.at present "                \
	"FROM (SELECT p.*, IF((p.left_index = 0 OR p.left_index > p.at) " \
	"AND " MODE_AT("p.conv_id", "p.at") " = 2, 2, 1) mode "           \
	"FROM (SELECT b.*, " PROGRESS("b.user_id") " at FROM " where      \
	" JOIN log_cursor f ON f.consumer = 1 "                           \
	"AND f.conv_id = b.conv_id "                                      \
	"JOIN user_seq s ON s.user_id = b.user_id) p) m "                 \
	"WHERE m.at > 0 AND m.joined_index <= m.at) r)"

/* ---- repairs ---- */

static const struct db_field conv_key[] = {
	DB_I64(FINDING, conv_id), DB_END,
};
static const struct db_field member_key[] = {
	DB_I64(FINDING, conv_id), DB_I64(FINDING, user_id), DB_END,
};
static const struct db_field user_key[] = {
	DB_I64(FINDING, user_id),
	DB_END,
};
static const struct db_field mention_key[] = {
	DB_I64(FINDING, user_id), DB_I64(FINDING, conv_id),
	DB_I64(FINDING, at), DB_END,
};
static const struct db_field dirty_key[] = {
	DB_I64(FINDING, part), DB_I64(FINDING, conv_id), DB_END,
};
static const struct db_field body_key[] = {
	DB_I64(FINDING, conv_id), DB_I64(FINDING, at), DB_END,
};

/* ---- the table ---- */

const struct verify_check verify_checks[] = {
	{ "log_hole", "a log is not 1..last_index", VERIFY_CONV,
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
		"OR MAX(e.conv_index) <> s.last_index"),
	    { 0 }, 0 },
	{ "segment_hole", "the segments of a log are not 1..archived_index",
	    VERIFY_CONV,
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
		"OR MIN(g.from_index) <> 1 ORDER BY NULL"),
	    { 0 }, 0 },
	{ "archived_index", "the counts at the end of an archive are not its "
	    "own", VERIFY_CONV,
	    FIND("archived_index",
		"SELECT s.conv_id, 0, s.archived_index, "
		"COALESCE(g.ordinal, 0), COALESCE(b.ordinal, 0) FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"LEFT JOIN log_base b ON b.conv_id = s.conv_id "
		"AND b.sender_id = 0 "
		"LEFT JOIN segment g ON g.conv_id = s.conv_id "
		"AND g.to_index = s.archived_index "
		"WHERE s.archived_index <> COALESCE(b.base_index, 0) "
		"OR COALESCE(g.ordinal, 0) <> COALESCE(b.ordinal, 0)"),
	    { 0 }, 0 },
	{ "archived_own", "the count of a sender at the end of an archive is "
	    "not that of their last segment", VERIFY_CONV,
	    FIND("archived_own",
		"SELECT g.conv_id, g.sender_id, MAX(g.to_index), "
		"MAX(g.ordinal), COALESCE(MAX(b.ordinal), -1) FROM " KEYS
		"STRAIGHT_JOIN segment_sender g ON g.conv_id = j.id "
		"AND g.sender_id > 0 "
		"LEFT JOIN log_base b ON b.conv_id = g.conv_id "
		"AND b.sender_id = g.sender_id "
		"GROUP BY g.conv_id, g.sender_id "
		"HAVING MAX(g.ordinal) <> COALESCE(MAX(b.ordinal), -1) "
		"ORDER BY NULL"),
	    { 0 }, 0 },
	{ "archived", "an archived entry cannot be found", VERIFY_CONV,
	    FIND("archived",
		"SELECT s.conv_id, 0, s.archived_index, s.archived_index, "
		"COUNT(r.msg_id) FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"LEFT JOIN archived r ON r.conv_id = s.conv_id "
		"GROUP BY s.conv_id, s.archived_index "
		"HAVING COUNT(r.msg_id) <> s.archived_index "
		"OR 2 * COALESCE(SUM(r.conv_index), 0) <> "
		"s.archived_index * (s.archived_index + 1) "
		"OR MAX(r.conv_index) > s.archived_index ORDER BY NULL"),
	    { 0 }, 0 },
	{ "archived_entry", "an archived entry is a row as well", VERIFY_CONV,
	    FIND("archived_entry",
		"SELECT r.conv_id, 0, r.conv_index, 0, e.conv_index FROM " KEYS
		"STRAIGHT_JOIN archived r ON r.conv_id = j.id "
		"STRAIGHT_JOIN entry e ON e.msg_id = r.msg_id"),
	    { 0 }, 0 },
	{ "log_ordinal", "an ordinal is not the count of messages",
	    VERIFY_CONV,
	    FIND("log_ordinal",
		"SELECT conv_id, 0, conv_index, counted, ordinal FROM ("
		"SELECT e.conv_id, e.conv_index, e.ordinal, "
		"COALESCE(b.ordinal, 0) + CAST(SUM("
		COUNTABLE("e") ") OVER (PARTITION BY e.conv_id "
		"ORDER BY e.conv_index) AS SIGNED) counted FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"LEFT JOIN log_base b ON b.conv_id = e.conv_id "
		"AND b.sender_id = 0) x WHERE ordinal <> counted"),
	    { 0 }, 0 },
	{ "log_own_ordinal", "an own ordinal is not the count of own messages",
	    VERIFY_CONV,
	    FIND("log_own_ordinal",
		"SELECT conv_id, sender_id, conv_index, counted, own_ordinal "
		"FROM (SELECT e.conv_id, e.sender_id, e.conv_index, "
		"e.own_ordinal, COALESCE(b.ordinal, 0) + CAST(SUM("
		COUNTABLE("e") ") OVER (PARTITION BY e.conv_id, e.sender_id "
		"ORDER BY e.conv_index) AS SIGNED) counted FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"LEFT JOIN log_base b ON b.conv_id = e.conv_id "
		"AND b.sender_id = e.sender_id AND b.sender_id > 0) x "
		"WHERE own_ordinal <> counted"),
	    { 0 }, 0 },
	{ "log_time", "sent_at goes back", VERIFY_CONV,
	    FIND("log_time",
		"SELECT conv_id, 0, conv_index, before_ms, sent_ms FROM ("
		"SELECT e.conv_id, e.conv_index, e.sent_ms, LAG(e.sent_ms) "
		"OVER (PARTITION BY e.conv_id ORDER BY e.conv_index) "
		"before_ms FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id) x "
		"WHERE sent_ms < before_ms"),
	    { 0 }, 0 },
	{ "log_head", "conv_seq does not say what the last entry says",
	    VERIFY_CONV,
	    FIND("log_head",
		"SELECT s.conv_id, 0, s.last_index, e.ordinal, "
		"s.last_ordinal FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"STRAIGHT_JOIN entry e ON e.conv_id = s.conv_id "
		"AND e.conv_index = s.last_index "
		"WHERE s.last_ordinal <> e.ordinal OR s.last_ms <> e.sent_ms "
		"OR s.last_bump_ms <> COALESCE(" LAST_BUMP("s.conv_id") ", "
		"s.last_bump_ms)"),
	    REPAIR("log_head", conv_key,
		"UPDATE conv_seq s JOIN entry e ON e.conv_id = s.conv_id "
		"AND e.conv_index = s.last_index "
		"SET s.last_ordinal = e.ordinal, s.last_ms = e.sent_ms, "
		"s.last_bump_ms = COALESCE(" LAST_BUMP("s.conv_id") ", "
		"s.last_bump_ms) "
		"WHERE s.conv_id = ?"),
	    VERIFY_CONV },
	{ "conversation", "a conversation or its log is missing",
	    VERIFY_CONV,
	    FIND("conversation",
		"SELECT j.id, 0, 0, 2, (s.conv_id IS NOT NULL) + "
		"(c.conv_id IS NOT NULL) FROM " KEYS
		"LEFT JOIN conv_seq s ON s.conv_id = j.id "
		"LEFT JOIN conversation c ON c.conv_id = j.id "
		"WHERE s.conv_id IS NULL OR c.conv_id IS NULL"),
	    { 0 }, 0 },
	{ "scheduled_unknown", "a log does not know of a scheduled message",
	    VERIFY_CONV,
	    FIND("scheduled_unknown",
		"SELECT DISTINCT d.conv_id, d.user_id, 0, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN scheduled d ON d.conv_id = j.id "
		"LEFT JOIN conv_seq s ON s.conv_id = d.conv_id "
		"WHERE s.conv_id IS NULL OR s.has_scheduled = 0"),
	    { 0 }, 0 },
	{ "scheduled_sent", "a scheduled message is in the log", VERIFY_CONV,
	    FIND("scheduled_sent",
		"SELECT d.conv_id, d.user_id, e.conv_index, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN scheduled d ON d.conv_id = j.id "
		"STRAIGHT_JOIN entry e ON e.msg_id = d.msg_id"),
	    { 0 }, 0 },
	{ "body_missing", "an entry has no body", VERIFY_CONV,
	    FIND("body_missing",
		"SELECT e.conv_id, 0, e.conv_index, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"LEFT JOIN body b ON b.conv_id = e.conv_id "
		"AND b.conv_index = e.conv_index "
		"WHERE b.conv_id IS NULL AND e.state <> 2"),
	    { 0 }, 0 },
	{ "body_broken", "a body is not JSON, and shows nothing", VERIFY_BODY,
	    FIND("body_broken",
		"SELECT b.conv_id, 0, b.conv_index, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN body b ON b.conv_id = j.id "
		"WHERE JSON_VALID(CONVERT(CONCAT('{', b.content, '}') "
		"USING utf8mb4)) = 0 AND " IS_FLAT),
	    { 0 }, 0 },
	{ "member_count", "a member count is not the count of members",
	    VERIFY_CONV,
	    FIND("member_count",
		"SELECT c.conv_id, 0, 0, COUNT(m.user_id), c.member_count "
		"FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"LEFT JOIN member m ON m.conv_id = c.conv_id "
		"AND m.left_index = c.dissolved_index "
		"GROUP BY c.conv_id, c.member_count "
		"HAVING COUNT(m.user_id) <> c.member_count"),
	    REPAIR("member_count", conv_key,
		"UPDATE conversation c SET member_count = (SELECT COUNT(*) "
		"FROM member m WHERE m.conv_id = c.conv_id "
		"AND m.left_index = c.dissolved_index) "
		"WHERE c.conv_id = ?"),
	    VERIFY_CONV },
	{ "owner", "a group has no owner, or several", VERIFY_CONV,
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
		"AND o.user_id > m.user_id"),
	    { 0 }, 0 },
	{ "join_request", "somebody waits who is a member, or banned",
	    VERIFY_CONV,
	    FIND("join_request",
		"SELECT r.conv_id, r.user_id, 0, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN join_request r ON r.conv_id = j.id "
		"LEFT JOIN member m ON m.conv_id = r.conv_id "
		"AND m.user_id = r.user_id AND m.left_index = 0 "
		"LEFT JOIN ban b ON b.conv_id = r.conv_id "
		"AND b.user_id = r.user_id AND b.until_ms = 0 "
		"WHERE m.user_id IS NOT NULL OR b.user_id IS NOT NULL"),
	    { 0 }, 0 },
	{ "ban", "a member is banned for good", VERIFY_CONV,
	    FIND("ban",
		"SELECT b.conv_id, b.user_id, 0, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN ban b ON b.conv_id = j.id "
		"STRAIGHT_JOIN member m ON m.conv_id = b.conv_id "
		"AND m.user_id = b.user_id AND m.left_index = 0 "
		"WHERE b.until_ms = 0"),
	    { 0 }, 0 },
	{ "invite", "an invite was used too often", VERIFY_CONV,
	    FIND("invite",
		"SELECT i.conv_id, i.created_by, i.invite_id, i.max_uses, "
		"i.uses FROM " KEYS
		"STRAIGHT_JOIN invite i ON i.conv_id = j.id "
		"WHERE i.max_uses > 0 AND i.uses > i.max_uses"),
	    { 0 }, 0 },
	{ "dissolved", "a dissolved conversation goes on, or has members",
	    VERIFY_CONV,
	    FIND("dissolved",
		"SELECT DISTINCT c.conv_id, 0, c.dissolved_index, "
		"c.dissolved_index, s.last_index FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = c.conv_id "
		"LEFT JOIN member m ON m.conv_id = c.conv_id "
		"AND c.dissolved_index > 0 AND m.left_index = 0 "
		"WHERE c.dissolved_index > 0 AND (c.dissolved_ms = 0 "
		"OR c.dissolved_index <> s.last_index "
		"OR m.user_id IS NOT NULL)"),
    { 0 }, 0 },
	{ "member_interval", "an interval is empty, or ends behind the log",
	    VERIFY_CONV,
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
		"OR p.left_index < p.joined_index"),
	    { 0 }, 0 },
	{ "conv_mode", "a conversation is not in its last mode", VERIFY_CONV,
	    FIND("conv_mode",
		"SELECT c.conv_id, 0, s.last_index, "
		MODE_AT("c.conv_id", "s.last_index + 1") ", c.mode FROM " KEYS
		"STRAIGHT_JOIN conversation c ON c.conv_id = j.id "
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = c.conv_id "
		"WHERE c.mode <> " MODE_AT("c.conv_id", "s.last_index + 1")),
	    REPAIR("conv_mode", conv_key,
		"UPDATE conversation c JOIN conv_seq s "
		"ON s.conv_id = c.conv_id SET c.mode = "
		MODE_AT("c.conv_id", "s.last_index + 1")
		" WHERE c.conv_id = ?"),
	    VERIFY_CONV },
	{ "mark", "a read mark does not fit the log", VERIFY_CONV,
	    FIND("mark",
		"SELECT conv_id, user_id, read_index, COALESCE(ordinal, -1), "
		"read_ordinal FROM (SELECT k.*, s.last_index, "
		"IF(k.read_index = 0, 0, e.ordinal) ordinal, "
		"e.conv_id IS NULL AND k.read_index > "
		"COALESCE(b.base_index, 0) missing, "
		OWN("k.conv_id", "k.user_id", "k.read_index") " own, "
		"k.read_index > s.archived_index OR s.archived_index = 0 "
		"is_row FROM " KEYS "STRAIGHT_JOIN mark k ON k.conv_id = j.id "
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = k.conv_id "
		"LEFT JOIN entry e ON e.conv_id = k.conv_id "
		"AND e.conv_index = k.read_index "
		"LEFT JOIN log_base b ON b.conv_id = k.conv_id "
		"AND b.sender_id = 0) x "
		"WHERE missing OR read_ordinal <> ordinal "
		"OR (is_row AND own_at_read <> own) "
		"OR delivered_index < read_index "
		"OR delivered_index > last_index"),
	    REPAIR("mark", member_key,
		"UPDATE mark k JOIN conv_seq s ON s.conv_id = k.conv_id "
		"LEFT JOIN entry e ON e.conv_id = k.conv_id "
		"AND e.conv_index = " IN_LOG " "
		"SET k.read_ordinal = COALESCE(e.ordinal, 0), "
		"k.own_at_read = "
		OWN("k.conv_id", "k.user_id", IN_LOG) ", "
		"k.delivered_index = LEAST(s.last_index, "
		"GREATEST(k.delivered_index, k.read_index)), "
		"k.read_index = " IN_LOG " "
		"WHERE k.conv_id = ? AND k.user_id = ? "
		"AND (e.conv_id IS NOT NULL OR " IN_LOG " = 0)"),
	    VERIFY_USER },
	{ "fanout_forgotten", "entries wait for fan-out and nobody knows",
	    VERIFY_CONV,
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
	    VERIFY_CONV },
	{ "fanout_cursor", "a cursor is ahead of its log, or torn",
	    VERIFY_CONV,
	    FIND("fanout_cursor",
		"SELECT f.conv_id, f.after_user_id, f.hi_index, "
		"s.last_index, f.done_index FROM " KEYS
		"STRAIGHT_JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = j.id "
		"LEFT JOIN conv_seq s ON s.conv_id = f.conv_id "
		"WHERE s.conv_id IS NULL OR f.done_index > s.last_index "
		"OR f.hi_index > s.last_index "
		"OR (f.hi_index <= f.done_index AND f.after_user_id > 0)"),
	    { 0 }, 0 },
	{ "chat", "a chat row is not what the log makes of it", VERIFY_CONV,
	    FIND("chat",
		"SELECT w.conv_id, w.user_id, w.reach, w.own, "
		"COALESCE(c.own_ordinal, -1) FROM "
		WANT_CHAT(KEYS "STRAIGHT_JOIN member b ON b.conv_id = j.id",
		    STAYS)
		" w LEFT JOIN chat c ON c.user_id = w.user_id "
		"AND c.conv_id = w.conv_id "
		"WHERE c.user_id IS NULL OR c.last_index <> w.reach "
		"OR c.last_ordinal <> w.ordinal OR (c.own_ordinal <> w.own "
		"AND " IS_ROW("w.conv_id", "w.reach") ") "
		"OR c.listed <> w.present OR c.mode <> w.mode "
		"OR c.last_message_index <> "
		"COALESCE(w.message, c.last_message_index) "
		"OR c.base_index <> w.joined_index "
		"OR c.base_ordinal <> w.base_ordinal "
		"OR (c.base_own <> w.base_own AND (w.joined_index = 0 OR "
		IS_ROW("w.conv_id", "w.joined_index") ")) "
		"OR c.last_ms <> COALESCE(w.bump_ms, c.last_ms)"),
	    REPAIR("chat", member_key,
		"INSERT INTO chat (user_id, conv_id, mode, listed, last_ms, "
		"last_index, last_message_index, last_ordinal, own_ordinal, "
		"base_index, base_ordinal, base_own) "
		"SELECT w.user_id, w.conv_id, w.mode, w.present, "
		"COALESCE(w.bump_ms, w.first_ms), w.reach, "
		"COALESCE(w.message, 0), w.ordinal, w.own, w.joined_index, "
		"w.base_ordinal, w.base_own "
		"FROM " WANT_CHAT("(SELECT * FROM member "
		    "WHERE conv_id = ? AND user_id = ?) b", REACH) " w "
		"ON DUPLICATE KEY UPDATE mode = VALUES(mode), "
		"listed = VALUES(listed), "
		"last_ms = COALESCE(w.bump_ms, chat.last_ms), "
		"last_index = VALUES(last_index), "
		"last_message_index = "
		"COALESCE(w.message, chat.last_message_index), "
		"last_ordinal = VALUES(last_ordinal), "
		"own_ordinal = VALUES(own_ordinal), "
		"base_index = VALUES(base_index), "
		"base_ordinal = VALUES(base_ordinal), "
		"base_own = VALUES(base_own)"),
	    VERIFY_USER },
	{ "chat_not_opened", "a direct or self chat is not in its creator's "
	    "list", VERIFY_CONV,
	    FIND("chat_not_opened",
		"SELECT v.conv_id, v.created_by, 0, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN conversation v ON v.conv_id = j.id "
		"AND v.kind IN (1, 4) "
		"STRAIGHT_JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = v.conv_id "
		"STRAIGHT_JOIN user_seq s ON s.user_id = v.created_by "
		"LEFT JOIN chat c ON c.user_id = v.created_by "
		"AND c.conv_id = v.conv_id WHERE c.user_id IS NULL"),
	    REPAIR("chat_not_opened", member_key,
		"INSERT IGNORE INTO chat (user_id, conv_id, last_ms) "
		"SELECT created_by, conv_id, created_ms FROM conversation "
		"WHERE conv_id = ? AND created_by = ?"),
	    VERIFY_USER },
	{ "refused", "a member of a direct chat is not refused as the other "
	    "one's block says", VERIFY_CONV,
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
	    REPAIR("refused", member_key,
		"UPDATE member m "
		"STRAIGHT_JOIN member o ON o.conv_id = m.conv_id "
		"AND o.user_id <> m.user_id "
		"STRAIGHT_JOIN conversation c ON c.conv_id = m.conv_id "
		"LEFT JOIN block b ON b.user_id = o.user_id "
		"AND b.blocked_id = m.user_id "
		"SET m.refused = b.user_id IS NOT NULL, "
		"c.version = c.version + 1 "
		"WHERE m.conv_id = ? AND m.user_id = ? AND m.refused < 2"),
	    VERIFY_CONV },
	{ "contact_side", "a contact is not what the other side says",
	    VERIFY_USER,
	    FIND("contact_side",
		"SELECT 0, c.user_id, c.other_id, "
		"IF(c.state = 3, 3, 3 - c.state), COALESCE(o.state, 0) FROM "
		KEYS "STRAIGHT_JOIN contact c ON c.user_id = j.id "
		"LEFT JOIN contact o ON o.user_id = c.other_id "
		"AND o.other_id = c.user_id "
		"WHERE COALESCE(o.state, 0) <> "
		"IF(c.state = 3, 3, 3 - c.state)"),
	    { 0 }, 0 },
	{ "chat_copy", "a chat row is not what its settings say", VERIFY_USER,
	    FIND("chat_copy",
		"SELECT c.conv_id, c.user_id, 0, COALESCE(s.pinned, 0), "
		"c.pinned FROM " KEYS
		"STRAIGHT_JOIN chat c ON c.user_id = j.id "
		"LEFT JOIN chat_setting s ON s.user_id = c.user_id "
		"AND s.conv_id = c.conv_id "
		"WHERE c.pinned <> COALESCE(s.pinned, 0) "
		"OR c.hidden_index <> COALESCE(s.hidden_index, -1) "
		"OR c.hidden_ordinal <> COALESCE(s.hidden_ordinal, 0) "
		"OR c.muted_until_ms <> COALESCE(s.muted_until_ms, 0) "
		"OR c.has_setting <> (s.user_id IS NOT NULL) "
		"OR c.cleared_index <> COALESCE(s.cleared_index, -1) "
		"OR c.cleared_ordinal <> COALESCE(s.cleared_ordinal, 0) "
		"OR c.has_hidden <> COALESCE(s.has_hidden, 0)"),
	    REPAIR("chat_copy", member_key,
		"UPDATE chat c LEFT JOIN chat_setting s "
		"ON s.user_id = c.user_id AND s.conv_id = c.conv_id "
		"SET c.pinned = COALESCE(s.pinned, 0), "
		"c.hidden_index = COALESCE(s.hidden_index, -1), "
		"c.hidden_ordinal = COALESCE(s.hidden_ordinal, 0), "
		"c.muted_until_ms = COALESCE(s.muted_until_ms, 0), "
		"c.has_setting = s.user_id IS NOT NULL, "
		"c.cleared_index = COALESCE(s.cleared_index, -1), "
		"c.cleared_ordinal = COALESCE(s.cleared_ordinal, 0), "
		"c.has_hidden = COALESCE(s.has_hidden, 0) "
		"WHERE c.conv_id = ? AND c.user_id = ?"),
	    VERIFY_USER },
	{ "badge", "a sum of unread messages is not that of its parts",
	    VERIFY_USER,
	    FIND("badge",
		"SELECT 0, g.user_id, g.upto_index, "
		"CAST(COALESCE(SUM(b.counted), 0) AS SIGNED), g.total FROM "
		KEYS "STRAIGHT_JOIN badge g ON g.user_id = j.id "
		"AND g.upto_index >= 0 "
		"LEFT JOIN badge_chat b ON b.user_id = g.user_id "
		"GROUP BY g.user_id, g.upto_index, g.total "
		"HAVING COALESCE(SUM(b.counted), 0) <> g.total "
		"ORDER BY NULL"),
	    REPAIR("badge", user_key,
		"UPDATE badge SET upto_index = -1 WHERE user_id = ?"),
	    VERIFY_USER },
	{ "badge_chat", "the unread messages of a chat are not as they were "
	    "counted", VERIFY_USER,
	    FIND("badge_chat",
		"SELECT c.conv_id, c.user_id, MAX(g.upto_index), " BADGE_UNREAD
		", COALESCE(MAX(b.unread), 0) FROM " KEYS
		"STRAIGHT_JOIN badge g ON g.user_id = j.id "
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
		" ORDER BY NULL"),
	    REPAIR("badge_chat", user_key,
		"UPDATE badge SET upto_index = -1 WHERE user_id = ?"),
	    VERIFY_USER },
	{ "mention_missing", "who is named has no mention", VERIFY_CONV,
	    FIND("mention_missing",
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
		"WHERE x.user_id IS NULL AND m.user_id <> e.sender_id "
		"AND e.conv_index <= " PROGRESS("m.user_id")),
	    REPAIR("mention", mention_key,
		"INSERT IGNORE INTO mention (user_id, conv_id, conv_index) "
		"VALUES (?, ?, ?)"),
	    VERIFY_USER },
	{ "inbox_hole", "an inbox is not floor+1..last_index", VERIFY_USER,
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
	    { 0 }, 0 },
	{ "inbox_foreign", "somebody has an entry that is not for them",
	    VERIFY_USER,
	    FIND("inbox_foreign",
		"SELECT i.conv_id, i.user_id, i.conv_index, 0, i.user_index "
		"FROM " KEYS "STRAIGHT_JOIN inbox i ON i.user_id = j.id "
		"LEFT JOIN log_cursor f ON f.consumer = 1 "
		"AND f.conv_id = i.conv_id "
		"LEFT JOIN member m ON m.conv_id = i.conv_id "
		"AND m.user_id = i.user_id "
		"AND m.joined_index <= i.conv_index "
		"AND (m.left_index = 0 OR m.left_index >= i.conv_index) "
		"WHERE i.kind = 1 AND (f.conv_id IS NULL OR i.conv_index > "
		PROGRESS("i.user_id") " OR (m.conv_id IS NULL AND NOT "
		"EXISTS (SELECT 1 FROM member_past p WHERE "
		"p.conv_id = i.conv_id AND p.user_id = i.user_id "
		"AND p.joined_index <= i.conv_index "
		"AND p.left_index >= i.conv_index)))"),
	    { 0 }, 0 },
	{ "inbox_pull", "somebody has an entry that they should read in the "
	    "log", VERIFY_USER,
	    FIND("inbox_pull",
		"SELECT i.conv_id, i.user_id, i.conv_index, 0, i.user_index "
		"FROM " KEYS "STRAIGHT_JOIN inbox i ON i.user_id = j.id "
		"LEFT JOIN member m ON m.conv_id = i.conv_id "
		"AND m.user_id = i.user_id "
		"AND i.conv_index IN (m.joined_index, m.left_index) "
		"LEFT JOIN mention x ON x.user_id = i.user_id "
		"AND x.conv_id = i.conv_id AND x.conv_index = i.conv_index "
		"WHERE i.kind = 1 AND m.conv_id IS NULL AND x.conv_id IS NULL "
		"AND " MODE_AT("i.conv_id", "i.conv_index") " = 2 "
		"AND NOT EXISTS (SELECT 1 FROM member_past p "
		"WHERE p.conv_id = i.conv_id AND p.user_id = i.user_id "
		"AND i.conv_index IN (p.joined_index, p.left_index))"),
	    { 0 }, 0 },
	{ "inbox_order", "an entry came twice, or behind a later one",
	    VERIFY_USER,
	    FIND("inbox_order",
		"SELECT conv_id, user_id, user_index, before_index, "
		"conv_index FROM (SELECT i.conv_id, i.user_id, "
		"i.user_index, i.conv_index, LAG(i.conv_index) OVER "
		"(PARTITION BY i.user_id, i.conv_id ORDER BY i.user_index) "
		"before_index FROM " KEYS
		"STRAIGHT_JOIN inbox i ON i.user_id = j.id "
		"WHERE i.kind = 1) x WHERE conv_index <= before_index"),
	    { 0 }, 0 },
	{ "inbox_missing", "somebody lacks entries", VERIFY_USER,
	    FIND3("inbox_missing",
		"WITH got AS (SELECT i.user_id, i.conv_id, "
		"COUNT(*) - COUNT(e.conv_id) n, "
		"MIN(i.conv_index) low FROM " KEYS
		"STRAIGHT_JOIN inbox i ON i.user_id = j.id "
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
		PROGRESS("b.user_id") " at, "
		"COALESCE(g.n, 0) n, GREATEST(q.archived_index + 1, "
		"IF(s.floor_index = 0, 1, "
		"COALESCE(g.low, 1 << 62))) low FROM span b "
		"JOIN conv_seq q ON q.conv_id = b.conv_id "
		"JOIN user_seq s ON s.user_id = b.user_id "
		"JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = b.conv_id "
		"LEFT JOIN got g ON g.user_id = b.user_id "
		"AND g.conv_id = b.conv_id) m "
		"GROUP BY m.conv_id, m.user_id) x WHERE due <> n"),
	    { 0 }, 0 },
	{ "inbox_membership", "somebody was not told, once, that they came "
	    "or went", VERIFY_USER,
	    FIND3("inbox_membership",
		"WITH got AS (SELECT i.user_id, i.conv_id, COUNT(*) n FROM "
		KEYS "STRAIGHT_JOIN inbox i ON i.user_id = j.id "
		"WHERE i.kind = 3 AND i.conv_index > 0 "
		"AND i.action IN (1, 2, 3, 4) GROUP BY i.user_id, i.conv_id), "
		"span AS (" SPAN ") "
		"SELECT conv_id, user_id, 0, due, n FROM (SELECT "
		"m.conv_id, m.user_id, CAST(SUM((m.joined_index <= m.at) + "
		"(m.left_index > 0 AND m.left_index <= m.at)) AS SIGNED) "
		"due, MAX(m.n) n FROM (SELECT b.*, " PROGRESS("b.user_id")
		" at, COALESCE(g.n, 0) n FROM span b "
		"JOIN user_seq s ON s.user_id = b.user_id "
		"AND s.floor_index = 0 "
		"JOIN conversation c ON c.conv_id = b.conv_id "
		"AND c.kind IN (2, 3) "
		"JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = b.conv_id "
		"LEFT JOIN got g ON g.user_id = b.user_id "
		"AND g.conv_id = b.conv_id) m "
		"GROUP BY m.conv_id, m.user_id) x WHERE due <> n"),
	    { 0 }, 0 },
	{ "entry_away", "a message counts beyond its time, or not at all",
	    VERIFY_CONV,
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
	    REPAIR("entry_away", body_key,
		"INSERT INTO entry_away (conv_id, conv_index, sender_id, "
		"countable, from_ms) SELECT e.conv_id, e.conv_index, "
		"e.sender_id, " COUNTABLE("e") ", " AWAY_FROM " "
		"FROM entry e WHERE e.conv_id = ? AND e.conv_index = ? "
		"AND (e.state <> 0 OR e.expires_ms > 0) "
		"ON DUPLICATE KEY UPDATE sender_id = VALUES(sender_id), "
		"countable = VALUES(countable), from_ms = VALUES(from_ms)"),
	    VERIFY_CONV },
	{ "recalled_content", "something of a recalled or expired message is "
	    "left", VERIFY_CONV,
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
		"OR r.conv_id IS NOT NULL OR p.conv_id IS NOT NULL"),
	    { 0 }, 0 },
	{ "expiry", "a message that expires waits for nobody, or another does",
	    VERIFY_CONV,
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
		"OR (x.is_unread = 0 AND x.expires_ms = 0)"),
	    { 0 }, 0 },
	{ "act_target", "a control entry changes no message", VERIFY_CONV,
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
		"OR t.conv_index >= e.conv_index"),
	    { 0 }, 0 },
	{ "unread", "unread by formula is not unread by counting",
	    VERIFY_USER,
	    FIND2("unread",
		"SELECT conv_id, user_id, last_index, counted, formula FROM ("
		UNREAD("c.last_index", CHAT_UNREAD, CHAT_READ_INDEX, "", "1")
		" UNION ALL "
		UNREAD(PULL_LAST_INDEX, PULL_UNREAD, PULL_READ_INDEX,
		    PULL_JOINS, "2")
		") x WHERE formula <> counted"),
	    { 0 }, 0 },
	{ "message_hidden", "a message is hidden as what it is not in the "
	    "log, or nobody knows of it", VERIFY_USER,
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
		"OR COALESCE(s.has_hidden, 0) = 0 OR q.has_personal = 0"),
	    { 0 }, 0 },
	{ "chat_cleared", "a chat was cleared up to where it is not read",
	    VERIFY_USER,
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
		"< s.cleared_index OR q.has_personal = 0"),
	    { 0 }, 0 },
	{ "mention", "a mention of nobody's, or of nothing", VERIFY_USER,
	    FIND("mention",
		"SELECT x.conv_id, x.user_id, x.conv_index, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN mention x ON x.user_id = j.id "
		"LEFT JOIN conv_seq q ON q.conv_id = x.conv_id "
		"LEFT JOIN entry e ON e.conv_id = x.conv_id "
		"AND e.conv_index = x.conv_index WHERE (e.conv_id IS NULL "
		"AND x.conv_index > COALESCE(q.archived_index, 0)) "
		"OR e.sender_id = x.user_id OR (e.flags & 48) = 0"),
	    REPAIR("mention_extra", mention_key,
		"DELETE FROM mention WHERE user_id = ? AND conv_id = ? "
		"AND conv_index = ?"),
	    VERIFY_USER },
	{ "chat_of_nobody", "a chat row of somebody who never was a member",
	    VERIFY_USER,
	    FIND("chat_of_nobody",
		"SELECT c.conv_id, c.user_id, c.last_index, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN chat c ON c.user_id = j.id "
		"LEFT JOIN member m ON m.conv_id = c.conv_id "
		"AND m.user_id = c.user_id WHERE m.user_id IS NULL"),
	    { 0 }, 0 },
	{ "user_rows", "a user has no inbox, or no search finds them",
	    VERIFY_USER,
	    FIND("user_rows",
		/* A user has many parts. */
		"SELECT DISTINCT 0, u.user_id, 0, 1, 0 FROM " KEYS
		"STRAIGHT_JOIN user u ON u.user_id = j.id "
		"LEFT JOIN user_seq s ON s.user_id = u.user_id "
		"LEFT JOIN user_part p ON p.user_id = u.user_id "
		"WHERE s.user_id IS NULL OR (p.user_id IS NULL "
		"AND u.username NOT LIKE '~%')"),
	    { 0 }, 0 },
	{ "erased", "an erasure that is done has left a message, or the user "
	    "in a group", VERIFY_USER,
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
		"AND m.user_id = x.user_id AND m.left_index = 0"),
	    { 0 }, 0 },
	{ "erased_export", "an erasure that is done has left an export",
	    VERIFY_USER,
	    FIND("erased_export",
		"SELECT 0, x.user_id, 0, 0, 1 FROM " KEYS
		"STRAIGHT_JOIN erasure x ON x.user_id = j.id "
		"AND x.due_ms IS NULL "
		"STRAIGHT_JOIN export p FORCE INDEX (export_subject) "
		"ON p.app_id = x.app_id AND p.user_id = x.user_id "
		"WHERE p.state <> 4"),
	    { 0 }, 0 },
	{ "body_orphan", "a body has no entry; if want=1, the entry is lost",
	    VERIFY_BODY,
	    FIND("body_orphan",
		"SELECT b.conv_id, 0, b.conv_index, " HAD_ENTRY ", "
		"NOT " HAD_ENTRY " FROM " KEYS
		"STRAIGHT_JOIN body b ON b.conv_id = j.id " LOG_OF_BODY
		"WHERE e.conv_id IS NULL"),
	    REPAIR("body_orphan", body_key,
		"DELETE b FROM body b " LOG_OF_BODY
		"WHERE b.conv_id = ? AND b.conv_index = ? "
		"AND e.conv_id IS NULL AND NOT " HAD_ENTRY),
	    VERIFY_CONV },
	{ NULL, NULL, 0, { 0 }, { 0 }, 0 },
};
/* clang-format on */
