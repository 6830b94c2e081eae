/*
 * Checks of what entries have done to others: recalls, edits, reactions, pins.
 */
#include "verify_check.h"
#include "verify_mend.h"

/* The SQL is formatted by hand. */
/* clang-format off */

/* The newest entry about each reaction, where both are rows: x.  An entry is
 * moved to an archive with all before it, so where the message is a row, what
 * was done to it is, too. */
#define NEWEST_OF(keys, which)                                       \
	"(SELECT y.*, MAX(y.at) OVER (PARTITION BY y.conv_id, "           \
	"y.conv_index, y.user_id, y.emoji) newest FROM ("                 \
	"SELECT e.conv_id, e.target_index conv_index, "                   \
	"e.sender_id user_id, e.conv_index at, e.sent_ms, "               \
	"CONVERT(JSON_VALUE(CONCAT('{', CONVERT(b.content USING "         \
	"utf8mb4), '}'), '$.content.emoji') USING binary) emoji, "        \
	"JSON_VALUE(CONCAT('{', CONVERT(b.content USING utf8mb4), '}'), " \
	"'$.content.on') is_on FROM " keys "entry e "                     \
	"STRAIGHT_JOIN body b ON b.conv_id = e.conv_id "                  \
	"AND b.conv_index = e.conv_index WHERE " which                    \
	" AND e.kind = 4) y) x "
#define LAST_REACTIONS(keys, which) NEWEST_OF(keys, which) \
	"STRAIGHT_JOIN entry t ON t.conv_id = x.conv_id "                 \
	"AND t.conv_index = x.conv_index "                                \
	"LEFT JOIN reaction r ON r.conv_id = x.conv_id "                  \
	"AND r.conv_index = x.conv_index AND r.user_id = x.user_id "      \
	"AND r.emoji = x.emoji "
#define OF_KEYS   LAST_REACTIONS(KEYS "STRAIGHT_JOIN ", "e.conv_id = j.id")
#define OF_TARGET LAST_REACTIONS("", "e.conv_id = ? AND e.target_index = ?")
#define IS_ON     "(x.is_on = 1 AND t.state = 0)"
#define HAS_ANY(e) "EXISTS (SELECT 1 FROM reaction r "                    \
	"WHERE r.conv_id = " e ".conv_id AND r.conv_index = " e ".conv_index)"

/* Pin p, unless its entry is archived. */
#define WRONG_PIN                                                         \
	"((e.conv_id IS NULL AND p.pin_index > s.archived_index) "        \
	"OR e.kind <> 5 OR e.target_index <> p.conv_index "               \
	"OR e.sender_id <> p.pinned_by OR u.conv_id IS NOT NULL)"

const struct verify_check verify_act_checks[] = {
	{ CHECK("changed_index", VERIFY_CONV,
	    "a log has changed behind the place that caches go by"),
	    FIND("changed_index",
		"SELECT s.conv_id, 0, 0, MAX(e.conv_index), s.changed_index "
		"FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"STRAIGHT_JOIN entry e ON e.conv_id = s.conv_id "
		"AND e.target_index > 0 "
		"GROUP BY s.conv_id, s.changed_index "
		"HAVING s.changed_index < MAX(e.conv_index) ORDER BY NULL"),
	    /* Whatever was cached meanwhile is stale. */
	    REPAIR("changed_index", verify_conv_key,
		"UPDATE conv_seq SET changed_index = last_index "
		"WHERE conv_id = ?"),
	    .lock = VERIFY_CONV },
	{ CHECK("recalled", VERIFY_CONV,
	    "a message is recalled by nobody, or not as the log says"),
	    FIND2("recalled",
		"SELECT e.conv_id, e.recalled_by, e.conv_index, "
		"c.conv_id IS NOT NULL, e.state = 1 FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"LEFT JOIN (SELECT DISTINCT a.conv_id, a.target_index FROM "
		KEYS "STRAIGHT_JOIN entry a ON a.conv_id = j.id "
		"AND a.kind = 2) c ON c.conv_id = e.conv_id "
		"AND c.target_index = e.conv_index "
		"WHERE e.state <> 2 AND ((e.state = 1) <> (e.recalled_by > 0) "
		"OR (e.state = 1) <> (c.conv_id IS NOT NULL))") },
	{ CHECK("edited", VERIFY_CONV,
	    "an edited message has no earlier version, or another has one"),
	    FIND("edited",
		"SELECT e.conv_id, 0, e.conv_index, e.version, "
		"COALESCE(MAX(v.version), 0) FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id AND e.state = 0 "
		"LEFT JOIN entry_version v ON v.conv_id = e.conv_id "
		"AND v.conv_index = e.conv_index "
		"GROUP BY e.conv_id, e.conv_index, e.edited_ms, e.version "
		"HAVING (e.edited_ms > 0) <> (COUNT(v.version) > 0) "
		"OR MAX(v.version) >= e.version "
		"OR MAX(v.at_ms) > e.edited_ms ORDER BY NULL") },
	{ CHECK("reaction_log", VERIFY_CONV,
	    "a reaction is not what its user has said last"),
	    FIND("reaction_log",
		"SELECT x.conv_id, x.user_id, x.conv_index, " IS_ON ", "
		"r.user_id IS NOT NULL FROM " OF_KEYS
		"WHERE x.at = x.newest AND (r.user_id IS NOT NULL) <> " IS_ON),
	    .mend = verify_mend_reactions, .lock = VERIFY_CONV },
	{ CHECK("reaction", VERIFY_CONV,
	    "a message has reactions and does not say so, or says so and "
	    "has none"),
	    FIND("reaction",
		"SELECT e.conv_id, 0, e.conv_index, " HAS_ANY("e") ", "
		"(e.flags & 64) > 0 FROM " KEYS
		"STRAIGHT_JOIN entry e ON e.conv_id = j.id "
		"WHERE ((e.flags & 64) > 0) <> " HAS_ANY("e")),
	    .mend = verify_mend_reactions, .lock = VERIFY_CONV },
	{ CHECK("reaction_kinds", VERIFY_CONV,
	    "a message has too many kinds of reactions"),
	    FIND("reaction_kinds",
		"SELECT r.conv_id, 0, r.conv_index, 20, "
		"COUNT(DISTINCT r.emoji) FROM " KEYS
		"STRAIGHT_JOIN reaction r ON r.conv_id = j.id "
		"GROUP BY r.conv_id, r.conv_index "
		"HAVING COUNT(DISTINCT r.emoji) > 20 ORDER BY NULL") },
	{ CHECK("pin", VERIFY_CONV, "a pin is not what the log says"),
	    FIND("pin",
		"SELECT DISTINCT p.conv_id, p.pinned_by, p.conv_index, "
		"COALESCE(e.target_index, 0), p.conv_index FROM " KEYS
		"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
		"STRAIGHT_JOIN pin p ON p.conv_id = s.conv_id "
		"LEFT JOIN entry e ON e.conv_id = p.conv_id "
		"AND e.conv_index = p.pin_index "
		"LEFT JOIN entry u ON u.conv_id = p.conv_id "
		"AND u.conv_index > p.pin_index AND u.kind = 6 "
		"AND u.target_index = p.conv_index WHERE " WRONG_PIN),
	    .mend = verify_mend_pin, .lock = VERIFY_CONV },
	END_OF_CHECKS,
};

/* ---- repairs of several statements ---- */

static const struct db_stmt drop_reactions = {
	.name = "verify.drop_reactions",
	.sql = "DELETE r FROM reaction r STRAIGHT_JOIN "
	    NEWEST_OF("", "e.conv_id = ? AND e.target_index = ?")
	    "ON x.conv_id = r.conv_id AND x.conv_index = r.conv_index "
	    "AND x.user_id = r.user_id AND x.emoji = r.emoji "
	    "STRAIGHT_JOIN entry t ON t.conv_id = r.conv_id "
	    "AND t.conv_index = r.conv_index "
	    "WHERE x.at = x.newest AND NOT " IS_ON,
	.in = verify_entry_key,
	.in_size = sizeof(struct verify_finding),
};
static const struct db_stmt put_reactions = {
	.name = "verify.put_reactions",
	.sql = "INSERT IGNORE INTO reaction (conv_id, conv_index, emoji, "
	    "user_id, at_ms) SELECT x.conv_id, x.conv_index, x.emoji, "
	    "x.user_id, x.sent_ms FROM " OF_TARGET
	    "WHERE x.at = x.newest AND r.user_id IS NULL AND " IS_ON,
	.in = verify_entry_key,
	.in_size = sizeof(struct verify_finding),
};
static const struct db_stmt flag_reactions = {
	.name = "verify.flag_reactions",
	.sql = "UPDATE entry e STRAIGHT_JOIN conv_seq s "
	    "ON s.conv_id = e.conv_id SET e.flags = IF(" HAS_ANY("e")
	    ", e.flags | 64, e.flags & ~64), s.changed_index = s.last_index "
	    "WHERE e.conv_id = ? AND e.conv_index = ?",
	.in = verify_entry_key,
	.in_size = sizeof(struct verify_finding),
};
static const struct db_stmt drop_pin = {
	.name = "verify.drop_pin",
	.sql = "DELETE p FROM pin p "
	    "STRAIGHT_JOIN conv_seq s ON s.conv_id = p.conv_id "
	    "LEFT JOIN entry e ON e.conv_id = p.conv_id "
	    "AND e.conv_index = p.pin_index "
	    "LEFT JOIN entry u ON u.conv_id = p.conv_id "
	    "AND u.conv_index > p.pin_index AND u.kind = 6 "
	    "AND u.target_index = p.conv_index "
	    "WHERE p.conv_id = ? AND p.conv_index = ? AND " WRONG_PIN,
	.in = verify_entry_key,
	.in_size = sizeof(struct verify_finding),
};
static const struct db_stmt put_pin = {
	.name = "verify.put_pin",
	.sql = "INSERT IGNORE INTO pin (conv_id, conv_index, pin_index, "
	    "pinned_by, pinned_ms) SELECT e.conv_id, e.target_index, "
	    "e.conv_index, e.sender_id, e.sent_ms FROM "
	    "(SELECT MAX(a.conv_index) at FROM entry a WHERE a.conv_id = ? "
	    "AND a.target_index = ? AND a.kind IN (5, 6)) k "
	    "STRAIGHT_JOIN entry e ON e.conv_id = ? AND e.conv_index = k.at "
	    "AND e.kind = 5 "
	    "STRAIGHT_JOIN entry t ON t.conv_id = e.conv_id "
	    "AND t.conv_index = e.target_index AND t.state = 0",
	.in = (const struct db_field[]){
	    DB_I64(struct verify_finding, conv_id),
	    DB_I64(struct verify_finding, at),
	    DB_I64(struct verify_finding, conv_id),
	    DB_END,
	},
	.in_size = sizeof(struct verify_finding),
};
/* clang-format on */

VERIFY_MEND(reactions)
{
	(void)a;
	if (db_exec(db, &drop_reactions, f, NULL, err) < 0 ||
	    db_exec(db, &put_reactions, f, NULL, err) < 0)
		return -1;
	return db_exec(db, &flag_reactions, f, matched_out, err);
}

/* A pin whose entry is archived, or lost, is dropped and not put back. */
VERIFY_MEND(pin)
{
	(void)a;
	if (db_exec(db, &drop_pin, f, matched_out, err) < 0)
		return -1;
	return db_exec(db, &put_pin, f, NULL, err);
}

const struct db_stmt *const verify_act_statements[] = { &drop_reactions,
	&put_reactions, &flag_reactions, &drop_pin, &put_pin, NULL };
