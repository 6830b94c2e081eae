/*
 * mark_ack: what a device has stored, as delivered marks.
 *
 * An ack says "everything up to user_index".  What it moves is found in the
 * inbox rows since the ack before, if these are few.  If the rows behind it are
 * few (a device that came back, or is new), the positions of the chats say the
 * same, however many rows there are.  Otherwise a few pieces of the range are
 * done, oldest first, each in a transaction of its own, and later acks go on.
 * So nobody waits for long on the user's lock, and the rows that are read do
 * not grow with the range.
 *
 * The acks of many devices are done in as few transactions as their rows
 * allow, as far as nobody else is acking for the same users and their ranges
 * are short.  These do not lock user_seq, so they hold up neither fan-out nor
 * sends.
 */
#ifndef IM_MARK_ACK_H
#define IM_MARK_ACK_H

#include "im/user/mark.h"

#define MARK_ACK_ROWS   1000 /* inbox rows of one transaction */
#define MARK_ACK_PIECES 10   /* transactions of one ack */
#define MARK_ACKS_ROWS  5000 /* inbox rows of one transaction for many users */

/* Moves delivered marks.  out: those that moved; a conversation may be there
 * again, with a higher one. */
int mark_ack(struct db *db, struct arena *a, int64_t user_id,
    int64_t user_index, struct mark **out, size_t *n_out, struct error *err);

struct mark_acked {
	int64_t user_id, user_index;
	/* Set: not done.  alone: it has to be given to mark_ack(). */
	bool left, alone;
};

/* The same for many users, who may be there again.  out: by conversation, for
 * each transaction. */
int mark_acks(struct db *db, struct arena *a, struct mark_acked *list, size_t n,
    struct mark **out, size_t *n_out, struct error *err);

#endif
