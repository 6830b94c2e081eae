/*
 * unread: the formula of chat.h as pieces of SQL, for every statement that
 * returns or sums it.
 */
#ifndef IM_UNREAD_H
#define IM_UNREAD_H

/*
 * With c: chat, m: the member's mark or NULLs.  A mark below the beginning of
 * the present interval counts as at it.
 */
#define CHAT_READ_INDEX "GREATEST(c.base_index, COALESCE(m.read_index, 0))"
#define CHAT_UNREAD                                     \
	"GREATEST(0, c.last_ordinal - c.own_ordinal - " \
	"IF(m.read_index >= c.base_index, "             \
	"m.read_ordinal - m.own_at_read, "              \
	"c.base_ordinal - c.base_own))"

#endif
