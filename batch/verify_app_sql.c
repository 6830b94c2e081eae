/* Checks of what belongs to apps: exports. */
#include "verify_check.h"

#include "io/db_clock.h"

/* The SQL is formatted by hand. */
/* clang-format off */

#define FIND_OF_APP(what, select)                          \
	.find = {                                          \
		.name = "verify." what,                    \
		.sql = select,                             \
		.in = verify_keys1,                        \
		.in_size = sizeof(struct verify_keys),     \
		.out = verify_app_out,                     \
		.out_size = sizeof(struct verify_finding), \
	}

static const struct db_field export_key[] = {
	DB_I64(struct verify_finding, app_id),
	DB_I64(struct verify_finding, at),
	DB_END,
};
static const struct db_field subject_key[] = {
	DB_I64(struct verify_finding, app_id),
	DB_I64(struct verify_finding, user_id),
	DB_I64(struct verify_finding, conv_id),
	DB_END,
};

/* It is running, or has a file to be removed, and nobody looks at it. */
#define IS_FORGOTTEN                                                      \
	"(e.due_ms IS NULL AND (e.state IN (1, 4) OR e.name IS NOT NULL))"

const struct verify_check verify_app_checks[] = {
	{ CHECK("export_state", VERIFY_APP,
	    "an export has ended and has not, or nobody works on it"),
	    FIND_OF_APP("export_state",
		"SELECT e.app_id, e.conv_id, e.user_id, e.export_id, "
		"e.state, e.ended_id FROM " KEYS
		"STRAIGHT_JOIN export e ON e.app_id = j.id "
		"WHERE (e.state = 1) <> (e.ended_id = 0) "
		"OR (e.user_id = 0) = (e.conv_id = 0) "
		"OR e.ended_id NOT IN (0, e.export_id) OR " IS_FORGOTTEN),
	    REPAIR("export_state", export_key,
		"UPDATE export e SET "
		"e.ended_id = IF(e.state = 1, 0, e.export_id), "
		"e.due_ms = IF(" IS_FORGOTTEN ", " DB_NOW_MS ", e.due_ms) "
		"WHERE e.app_id = ? AND e.export_id = ? "
		"AND (e.user_id = 0) <> (e.conv_id = 0)"),
	    .lock = VERIFY_APP },
	{ CHECK("exports", VERIFY_APP,
	    "of a person or a conversation there are several exports"),
	    FIND_OF_APP("exports",
		"SELECT e.app_id, e.conv_id, e.user_id, MAX(e.export_id), 1, "
		"COUNT(*) FROM " KEYS
		"STRAIGHT_JOIN export e ON e.app_id = j.id AND e.state <> 4 "
		"GROUP BY e.app_id, e.user_id, e.conv_id "
		"HAVING COUNT(*) > 1 ORDER BY NULL"),
	    /* The newest one stays. */
	    REPAIR("exports", subject_key,
		"UPDATE export e STRAIGHT_JOIN export n "
		"ON n.app_id = e.app_id AND n.user_id = e.user_id "
		"AND n.conv_id = e.conv_id AND n.export_id > e.export_id "
		"AND n.state <> 4 "
		"SET e.state = 4, e.ended_id = e.export_id, "
		"e.due_ms = " DB_NOW_MS " "
		"WHERE e.app_id = ? AND e.user_id = ? AND e.conv_id = ? "
		"AND e.state <> 4"),
	    .lock = VERIFY_APP },
	END_OF_CHECKS,
};
/* clang-format on */
