/*
 * append_own: the own ordinals of recent senders, remembered by an appender, so
 * that it need not look them up for every send.
 *
 * What is remembered of a log holds only while its epoch and last index are the
 * same: whoever else appends to it in between makes the appender look again.
 * So it is asked for, and told, about logs that are locked, and told what a
 * transaction wrote once its COMMIT has been answered.  A log never gets
 * shorter under a running service: restoring a database is done without.
 *
 * Bounded: a few senders of each of OWN_LOGS logs.  Not shared between threads
 * at work.
 */
#ifndef IM_APPEND_OWN_H
#define IM_APPEND_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "im/conv/conv.h"

struct append_own;
struct append_own *append_own_new(void);
void append_own_free(struct append_own **own);

/* Of a sender in a log that is locked; false: not known. */
bool append_own_find(struct append_own *own, const struct conv *c,
    int64_t user_id, int64_t *ordinal_out);

/* A send to the log is committed; before: its last index when it was locked.
 * Once for each sender, in any order. */
void append_own_note(struct append_own *own, const struct conv *c,
    int64_t before, int64_t user_id, int64_t ordinal);

#endif
