/*
 * fanout_shed: sheds work, never data, while fan-out lags.
 *
 * The ladder: each second in which a partition is more than [fanout]
 * shed_lag_ms behind, the number of members above which a group goes to mode
 * pull falls by half, from push_members to shed_members at the lowest.  Large
 * groups that then have work go to mode pull, from their next entry on.  Once
 * the lag is below a quarter of shed_lag_ms it rises by a step in five seconds.
 * At the top, groups that have been in mode pull for shed_s come back, a few
 * each second.
 *
 * Each step and each group has a log line; im-live's clients see `mode` events.
 * The state is in memory: another process begins at the top.
 */
#ifndef BATCH_FANOUT_SHED_H
#define BATCH_FANOUT_SHED_H

#include "im/consumer/fanout.h"
#include "job/job.h"

/* Looks at the work that was found, at most once a second; what fails is logged
 * and tried again. */
void shed_look(struct job *j, const struct fanout_list *list);

/* Adds the partitions of groups that may come back, once a second. */
int shed_ready(struct job *j, uint64_t *parts, struct error *err);

#endif
