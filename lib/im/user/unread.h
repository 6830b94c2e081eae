/*
 * unread: the formula of chat.h as pieces of SQL, for every statement that
 * returns or sums it.
 *
 * What the ordinals say (..._PLAIN) includes messages that were recalled or
 * have expired since.  These are in entry_away, and are looked up only where
 * something is unread.
 */
#ifndef IM_UNREAD_H
#define IM_UNREAD_H

#include "im/site/own_ordinal.h"
#include "io/db.h"

/*
 * Chats in mode push (c.mode = 1), with c: chat, m: the member's mark or NULLs.
 * A mark below the beginning of the present interval counts as at it.
 */
#define CHAT_READ_INDEX "GREATEST(c.base_index, COALESCE(m.read_index, 0))"
#define CHAT_PLAIN                                      \
	"GREATEST(0, c.last_ordinal - c.own_ordinal - " \
	"IF(m.read_index >= c.base_index, "             \
	"m.read_ordinal - m.own_at_read, "              \
	"c.base_ordinal - c.base_own))"
#define CHAT_UNREAD LESS_AWAY(CHAT_PLAIN, CHAT_READ_INDEX, "c.last_index")
/* No message has come since it was hidden, nor has the member come back. */
#define CHAT_IS_HIDDEN \
	"(GREATEST(c.last_message_index, c.base_index) <= c.hidden_index)"
/* Neither hidden nor cleared, or something has come since. */
#define CHAT_IS_SHOWN                                     \
	"GREATEST(c.last_message_index, c.base_index) > " \
	"GREATEST(c.cleared_index, c.hidden_index) "

/* w, of entry_away: one that will expire is there already. */
#define IS_AWAY "w.from_ms <= " DB_NOW_MS " "
/* In the plain count of chat c. */
#define AWAY_COUNTS(read, last)                                 \
	"w.conv_index > " read " AND w.conv_index <= " last " " \
	"AND w.countable = 1 AND w.sender_id <> c.user_id "
#define LESS_AWAY(plain, read, last)                                           \
	"IF(" plain " > 0, " plain " - (SELECT COUNT(*) "                      \
	"FROM entry_away w WHERE w.conv_id = c.conv_id AND " AWAY_COUNTS(read, \
	    last) "AND " IS_AWAY "), 0)"

/*
 * Chats in mode pull (c.mode = 2): the same from conv_seq (q), up to the entry
 * h at which the member (b) left, if fan-out has not processed it yet.  g is
 * the entry that added the member, if it is newer than c.base_index.
 *
 * Most users have none.  HAS_PULL finds out with one look-up in the index, and
 * the statements for such chats run only for users who have some: as a part of
 * the common statement, their planning would cost every user a third more.
 */
#define HAS_PULL                                               \
	"EXISTS(SELECT 1 FROM chat p FORCE INDEX (chat_rank) " \
	"WHERE p.user_id = ? AND p.mode = 2 AND p.listed = 1) "
#define PULL_JOINS                                              \
	"STRAIGHT_JOIN conv_seq q ON q.conv_id = c.conv_id "    \
	"STRAIGHT_JOIN member b ON b.conv_id = c.conv_id "      \
	"AND b.user_id = c.user_id "                            \
	"LEFT JOIN entry h ON h.conv_id = c.conv_id "           \
	"AND h.conv_index = NULLIF(b.left_index, 0) "           \
	"LEFT JOIN entry g ON g.conv_id = c.conv_id "           \
	"AND g.conv_index = IF(b.joined_index > c.base_index, " \
	"b.joined_index, NULL) "
#define PULL_LAST_INDEX   "IF(b.left_index = 0, q.last_index, b.left_index)"
#define PULL_LAST_ORDINAL "COALESCE(h.ordinal, q.last_ordinal)"
#define PULL_LAST_MS           \
	"GREATEST(c.last_ms, " \
	"IF(q.last_bump_ms >= b.joined_ms, q.last_bump_ms, 0))"
#define PULL_READ_INDEX "GREATEST(b.joined_index, COALESCE(m.read_index, 0))"
#define PULL_OWN(at)    LOG_OWN_ORDINAL("c.conv_id", "c.user_id", at)
#define PULL_IS_HIDDEN                                \
	"(c.hidden_index >= 0 AND " PULL_LAST_ORDINAL \
	" <= c.hidden_ordinal AND b.joined_index <= c.hidden_index)"
#define PULL_IS_SHOWN                                                \
	"(c.cleared_index < 0 OR " PULL_LAST_ORDINAL                 \
	" > c.cleared_ordinal OR b.joined_index > c.cleared_index) " \
	"AND NOT " PULL_IS_HIDDEN " "
#define PULL_UNREAD LESS_AWAY(PULL_PLAIN, PULL_READ_INDEX, PULL_LAST_INDEX)
#define PULL_PLAIN                                                    \
	"GREATEST(0, " PULL_LAST_ORDINAL " - " PULL_OWN(              \
	    PULL_LAST_INDEX) " - IF(m.read_index >= b.joined_index, " \
			     "m.read_ordinal - m.own_at_read, "       \
			     "IF(g.conv_id IS NULL, "                 \
			     "c.base_ordinal - c.base_own, "          \
			     "g.ordinal - " PULL_OWN("b.joined_index") ")))"

#endif
