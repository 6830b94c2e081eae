/*
 * fanout_turns: whose turn it is among the large conversations of a partition.
 *
 * In a round each of them gets one turn, a bounded piece of its work, in the
 * order of their oldest pending entries; one that gets work meanwhile takes its
 * place by that order, too.  So a group that always has a backlog, however old,
 * holds up another by one turn at most.
 *
 * The state is in memory: a new process begins a new round.
 */
#ifndef BATCH_FANOUT_TURNS_H
#define BATCH_FANOUT_TURNS_H

#include "im/consumer/fanout.h"

#define TURNS_MAX 1000 /* conversations of a round */

struct turns {
	int64_t had[TURNS_MAX]; /* in this round; ascending */
	size_t n;
};

/* Moves those that have not had their turn in this round to the front; among
 * them, and among the others, the order stays. */
void turns_order(const struct turns *t, struct arena *a,
    struct fanout_conv *convs, size_t n);

/* Those at the front of such a list get their turn now. */
void turns_take(struct turns *t, const struct fanout_conv *convs, size_t n);

#endif
