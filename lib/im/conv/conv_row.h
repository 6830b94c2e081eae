/*
 * conv_row: the columns of a conversation, for every statement that selects
 * them from `conv_seq s` and `conversation c`.
 */
#ifndef IM_CONV_ROW_H
#define IM_CONV_ROW_H

#include "im/conv/conv.h"

/* now_ms: DB_NOW_MS, or "0" where no row needs it: it costs as much as another
 * table. */
#define CONV_COLUMNS_AT(now_ms)                                        \
	"s.conv_id, s.home, s.epoch, s.last_index, s.last_ordinal, "   \
	"s.last_ms, s.last_bump_ms, s.changed_index, "                 \
	"s.archived_index, s.has_scheduled, " now_ms                   \
	", c.app_id, c.kind, c.mode, c.forced_mode, c.created_by, "    \
	"c.created_ms, c.member_count, c.version, c.dissolved_ms, "    \
	"c.dissolved_index, "                                          \
	"c.name, c.photo, c.announcement, c.description, c.meta, "     \
	"c.join_policy, c.who_can_post, c.who_can_invite, c.history, " \
	"c.slow_mode_s, c.message_ttl_s, c.who_can_pin, "              \
	"c.who_can_mention_all"
#define CONV_COLUMNS CONV_COLUMNS_AT(DB_NOW_MS)

/* at: the member of S that is a struct conv, with its dot; or nothing. */
#define CONV_OUT(S, at)                                                   \
	DB_I64(S, at conv_id), DB_I64(S, at home), DB_I64(S, at epoch),   \
	    DB_I64(S, at last_index), DB_I64(S, at last_ordinal),         \
	    DB_I64(S, at last_ms), DB_I64(S, at last_bump_ms),            \
	    DB_I64(S, at changed_index), DB_I64(S, at archived_index),    \
	    DB_I64(S, at has_scheduled), DB_I64(S, at now_ms),            \
	    DB_I64(S, at app_id), DB_I64(S, at kind), DB_I64(S, at mode), \
	    DB_I64(S, at forced_mode), DB_I64(S, at created_by),          \
	    DB_I64(S, at created_ms), DB_I64(S, at member_count),         \
	    DB_I64(S, at version), DB_I64(S, at dissolved_ms),            \
	    DB_I64(S, at dissolved_index), CONV_SETTINGS(S, at)

/* The columns from name on. */
#define CONV_SETTINGS(S, at)                                                 \
	DB_STR(S, at name), DB_STR(S, at photo), DB_STR(S, at announcement), \
	    DB_STR(S, at description), DB_STR(S, at meta),                   \
	    DB_I64(S, at join_policy), DB_I64(S, at who_can_post),           \
	    DB_I64(S, at who_can_invite), DB_I64(S, at history),             \
	    DB_I64(S, at slow_mode_s), DB_I64(S, at message_ttl_s),          \
	    DB_I64(S, at who_can_pin), DB_I64(S, at who_can_mention_all)

#endif
