/*
 * push_settle: what has come back is written down, in one transaction.
 */
#ifndef BATCH_PUSH_SETTLE_H
#define BATCH_PUSH_SETTLE_H

#include "job/job.h"
#include "push_flight.h"

int push_settle(struct job *j, struct flight *list, struct error *err);

#endif
