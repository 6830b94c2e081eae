/*
 * entry_row: the columns of an entry, for every statement that selects them
 * from `entry e` and `body b` into a struct entry.
 */
#ifndef IM_ENTRY_ROW_H
#define IM_ENTRY_ROW_H

#include "im/conv/entry.h"

#define ENTRY_COLUMNS                                                    \
	"e.conv_id, e.conv_index, e.msg_id, e.sender_id, "               \
	"e.client_msg_id, e.kind, e.type, e.flags, e.state, e.ordinal, " \
	"e.own_ordinal, e.sent_ms, e.target_index, e.reply_index, "      \
	"e.edited_ms, e.recalled_by, e.expires_ms, e.burn_s, "           \
	"e.version, b.content "

#define BODY_JOIN           \
	"LEFT JOIN body b " \
	"ON b.conv_id = e.conv_id AND b.conv_index = e.conv_index "

/* at: the member of S that is a struct entry, with its dot; or nothing. */
#define ENTRY_OUT(S, at)                                                       \
	DB_I64(S, at conv_id), DB_I64(S, at conv_index), DB_I64(S, at msg_id), \
	    DB_I64(S, at sender_id), DB_STR(S, at client_msg_id),              \
	    DB_I64(S, at kind), DB_I64(S, at type), DB_I64(S, at flags),       \
	    DB_I64(S, at state), DB_I64(S, at ordinal),                        \
	    DB_I64(S, at own_ordinal), DB_I64(S, at sent_ms),                  \
	    DB_I64(S, at target_index), DB_I64(S, at reply_index),             \
	    DB_I64(S, at edited_ms), DB_I64(S, at recalled_by),                \
	    DB_I64(S, at expires_ms), DB_I64(S, at burn_s),                    \
	    DB_I64(S, at version), DB_STR(S, at body)

#endif
