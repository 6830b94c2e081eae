/*
 * own_ordinal: how many messages of their own somebody has in a log, as a
 * piece of SQL that several rooms read.
 */
#ifndef IM_OWN_ORDINAL_H
#define IM_OWN_ORDINAL_H

/*
 * A sender's own countable messages up to and including an index: what their
 * last entry up to there says, else what was counted before the lower end of
 * `entry`.  Takes conversation and sender twice.
 */
#define LOG_OWN_ORDINAL(conv, sender, at)                                     \
	"COALESCE((SELECT o.own_ordinal FROM entry o WHERE o.conv_id = " conv \
	" AND o.sender_id = " sender " AND o.conv_index <= " at               \
	" ORDER BY o.conv_index DESC LIMIT 1), "                              \
	"(SELECT o.ordinal FROM log_base o WHERE o.conv_id = " conv           \
	" AND o.sender_id = " sender "), 0)"

#endif
