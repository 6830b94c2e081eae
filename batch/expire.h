/*
 * expire: what im-expire removes once its time is over.  Nobody sees such a
 * thing any more when the job comes; the job frees its room.
 */
#ifndef BATCH_EXPIRE_H
#define BATCH_EXPIRE_H

#include "job/source.h"

extern const struct job_source expire_messages;

#endif
