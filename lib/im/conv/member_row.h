/*
 * member_row: the columns of a member, for every statement that selects them
 * from `member m` into a struct member.
 */
#ifndef IM_MEMBER_ROW_H
#define IM_MEMBER_ROW_H

#include "im/conv/member.h"

#define MEMBER_COLUMNS                                            \
	"m.conv_id, m.user_id, m.role, m.alias, m.joined_index, " \
	"m.left_index, m.joined_ms, m.muted_until_ms, m.refused"

/* at: the member of S that is a struct member, with its dot; or nothing. */
#define MEMBER_OUT(S, at)                                                 \
	DB_I64(S, at conv_id), DB_I64(S, at user_id), DB_I64(S, at role), \
	    DB_STR(S, at alias), DB_I64(S, at joined_index),              \
	    DB_I64(S, at left_index), DB_I64(S, at joined_ms),            \
	    DB_I64(S, at muted_until_ms), DB_I64(S, at refused)

#endif
