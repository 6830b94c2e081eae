/*
 * erase: what im-erase does for each erased person, in small transactions: the
 * effect and the place to go on at are one, behind the job's fence.  Killed at
 * any point it goes on there.
 */
#ifndef BATCH_ERASE_H
#define BATCH_ERASE_H

#include "job/source.h"

extern const struct job_source erase_people;

#endif
