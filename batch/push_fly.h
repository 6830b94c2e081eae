/*
 * push_fly: the notices that are under way, and what is made of their answers.
 */
#ifndef BATCH_PUSH_FLY_H
#define BATCH_PUSH_FLY_H

#include <stdbool.h>
#include <stddef.h>

#include "im/push/push_job.h"
#include "job/job.h"
#include "push/sender.h"
#include "push_flight.h"

#define FLY_LATE_MS 5000 /* behind which a notice is taken for lost */

/* Sends it; its way has room. */
void fly_begin(struct flight *f);
bool fly_is_under_way(const struct push_job *j);
/* Whether any of a part of the users is under way, or not settled yet. */
bool fly_has(int part);
bool fly_is_busy(void);
size_t fly_count(void);

/* Sends and receives, for timeout_ms at most. */
void fly_run(int timeout_ms);
/* Results come here. */
void fly_landed(void *arg, const struct push_result *r);

/* Writes down what has come back of the current partition. */
int fly_settle(struct job *j, struct error *err);
/* Waits for what is under way of it first. */
int fly_finish(struct job *j, struct error *err);

#endif
