/*
 * own_ordinal: the number of a sender's own messages in a log, as a piece of
 * SQL that modules in several folders use.
 */
#ifndef IM_OWN_ORDINAL_H
#define IM_OWN_ORDINAL_H

/*
 * A sender's own countable messages up to and including an index: own_ordinal
 * of their last entry up to there, else the count in log_base of what is no
 * longer in `entry`; `at` is not below that.  The system, sender 0, writes no
 * messages: its row there is that of the whole log.  Takes conversation and
 * sender twice.
 */
#define LOG_OWN_ORDINAL(conv, sender, at)                                     \
	"COALESCE((SELECT o.own_ordinal FROM entry o WHERE o.conv_id = " conv \
	" AND o.sender_id = " sender " AND o.conv_index <= " at               \
	" ORDER BY o.conv_index DESC LIMIT 1), "                              \
	"(SELECT o.ordinal FROM log_base o WHERE o.conv_id = " conv           \
	" AND o.sender_id = " sender " AND o.sender_id > 0), 0)"

#endif
