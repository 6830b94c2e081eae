/*
 * expire: what im-expire removes once its time is over.  Nobody sees such a
 * thing any more when the job comes; the job frees its room.
 *
 * Each source removes a bounded number of rows in a transaction behind the
 * job's fence, so whatever dies, what is left is removed later.
 */
#ifndef BATCH_EXPIRE_H
#define BATCH_EXPIRE_H

#include <stdint.h>

#include "job/source.h"

#define EXPIRE_BATCH  1000 /* rows of one kind in one transaction */
#define EXPIRE_DAY_MS (INT64_C(24) * 3600 * 1000)

/* Messages whose time is over. */
extern const struct job_source expire_messages;
/* What is old of the installation: answers, audit, logs, runs, leases. */
extern const struct job_source expire_rows;
/* What is old of users, one after another: sessions, events, mentions. */
extern const struct job_source expire_users;

#endif
