/*
 * fanout_work: the transactions of im-fanout for conversations that were
 * chosen, and what becomes of one that fails.
 *
 * After a failure that another try does not mend, the work is halved, until the
 * conversation that causes it stands alone: that one is parked
 * (im/consumer/parked.h), the others are served.  What meets every conversation
 * (a lost lease, a store that is down, a schema that does not fit) is returned.
 */
#ifndef BATCH_FANOUT_WORK_H
#define BATCH_FANOUT_WORK_H

#include "im/consumer/fanout.h"
#include "job/job.h"

struct work_tally {
	size_t commits;
	size_t locked; /* conversations that are put off */
	size_t parked;
};

/* Adds to *t. */
int work_serve(struct job *j, const struct fanout_conv *convs, size_t n,
    struct work_tally *t, struct error *err);

#endif
