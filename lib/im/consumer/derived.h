/*
 * derived: what fan-out makes of a log, as pieces of SQL: whoever writes it and
 * whoever compares it with the log (im-verify, im-rank) say the same.
 */
#ifndef IM_DERIVED_H
#define IM_DERIVED_H

#include "im/site/own_ordinal.h"

/* How far fan-out has served user `u`, by its cursor f. */
#define FANOUT_PROGRESS(u)              \
	"IF(" u " <= f.after_user_id, " \
	"GREATEST(f.done_index, f.hi_index), f.done_index)"

/* The mode of user `u`'s chat row, where it has turned before the next entry;
 * 0: it has that of the last one that they were served. */
#define FANOUT_AHEAD(u)                                      \
	"CASE WHEN f.mode = 0 OR (" u " <= f.after_user_id " \
	"AND f.hi_index > f.done_index) THEN 0 "             \
	"WHEN f.hi_index <= f.done_index "                   \
	"AND f.after_user_id BETWEEN 1 AND " u " - 1 "       \
	"THEN 3 - f.mode ELSE f.mode END"

/* The mode that entry `at` was numbered in. */
#define LOG_MODE_AT(conv, at)                                              \
	"COALESCE((SELECT t.mode FROM conv_mode t WHERE t.conv_id = " conv \
	" AND t.from_index <= " at " ORDER BY t.from_index DESC LIMIT 1), 1)"

/* The ordinal of a log at an index: that of the entry, or of the end of what is
 * no longer in `entry`. */
#define LOG_ORDINAL(conv, at)                                                 \
	"COALESCE((SELECT e.ordinal FROM entry e WHERE e.conv_id = " conv     \
	" AND e.conv_index = " at "), "                                       \
	"(SELECT w.ordinal FROM log_base w WHERE w.conv_id = " conv           \
	" AND w.sender_id = 0 AND w.base_index = " at "), IF(" at " = 0, 0, " \
	"NULL))"

/* How much of a log is no longer in `entry`: entries 1 to here. */
#define LOG_ARCHIVED(conv)                                   \
	"COALESCE((SELECT q.archived_index FROM conv_seq q " \
	"WHERE q.conv_id = " conv "), 0)"

/* Of the newest message from `low` to `high` without one of the flags. */
#define LOG_NEWEST(column, flags, conv, low, high)                  \
	"(SELECT e." column " FROM entry e WHERE e.conv_id = " conv \
	" AND e.conv_index BETWEEN " low " AND " high               \
	" AND e.kind = 1 AND (e.flags & " flags ") = 0 "            \
	"ORDER BY e.conv_index DESC LIMIT 1)"
#define LOG_NEWEST_MESSAGE(conv, low, high) \
	LOG_NEWEST("conv_index", "0", conv, low, high)
/* When a chat last moved up. */
#define LOG_NEWEST_BUMP(conv, low, high) \
	LOG_NEWEST("sent_ms", "4", conv, low, high)

#endif
