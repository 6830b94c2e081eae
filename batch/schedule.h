/*
 * schedule: what im-schedule does at a time that somebody has set.  Of each
 * thing the effect, the event and the removal are one transaction.
 */
#ifndef BATCH_SCHEDULE_H
#define BATCH_SCHEDULE_H

#include "job/source.h"

extern const struct job_source schedule_reminders, schedule_messages;

#endif
