/*
 * member_row: the columns of a member, for every statement that selects them
 * from `member m` into a struct member.
 */
#ifndef IM_MEMBER_ROW_H
#define IM_MEMBER_ROW_H

#include "im/conv/member.h"

#define MEMBER_COLUMNS                                            \
	"m.conv_id, m.user_id, m.role, m.alias, m.joined_index, " \
	"m.left_index, m.joined_ms, m.muted_until_ms"

#define MEMBER_OUT                                                      \
	DB_I64(struct member, conv_id), DB_I64(struct member, user_id), \
	    DB_I64(struct member, role), DB_STR(struct member, alias),  \
	    DB_I64(struct member, joined_index),                        \
	    DB_I64(struct member, left_index),                          \
	    DB_I64(struct member, joined_ms),                           \
	    DB_I64(struct member, muted_until_ms)

#endif
