/*
 * push: the two halves of im-push.
 *
 * The follower reads the logs and files what devices are to be told
 * (im/push/news.h).  The deliverers, one for each part of the users, take what
 * is due, decide, send and settle.  What is under way at a provider belongs to
 * the process, and is settled under the lease of its part: whoever has taken
 * that meanwhile repeats it, under the same id.
 */
#ifndef BATCH_PUSH_H
#define BATCH_PUSH_H

#include "im/push/push_job.h"
#include "job/job.h"

/* The parts of the users come first. */
#define PUSH_FOLLOWER   PUSH_PARTS
#define PUSH_PARTITIONS (PUSH_PARTS + 1)

/* As job_def.step. */
int push_follow_step(struct job *j, struct error *err);
int push_deliver_step(struct job *j, struct error *err);

#endif
