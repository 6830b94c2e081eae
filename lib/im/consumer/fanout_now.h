/*
 * fanout_now: fan-out of small conversations in the transaction of the sends.
 *
 * What im-fanout would do a moment later, by the same code and under the same
 * invariant (fanout.h), saves a second transaction, and the members have the
 * message as soon as the sender has the answer.
 *
 * Only where nothing else is due: the conversation is in mode push, its cursor
 * is at the entry before the new ones, it has few members, and nobody holds the
 * inbox of one.  Everything else is left to im-fanout; a conversation that is
 * left comes back when im-fanout has caught up.
 *
 * There is no fence: the appender holds the log, so no other sender is at work,
 * and a worker of im-fanout that has read the cursor earlier finds that it has
 * moved, or has nothing to do.
 */
#ifndef IM_FANOUT_NOW_H
#define IM_FANOUT_NOW_H

#include "im/consumer/fanout.h"
#include "im/conv/append.h"

/* In mode push, with up to [fanout] now_members. */
bool fanout_now_wants(const struct conv *c);

/*
 * In the transaction that wrote the news.  Serves whom it may and says of which
 * conversations in served; *out is what to publish after the commit.  point: as
 * in struct fanout_hooks.
 *
 * MOVED, or an error of the database: the transaction has to be rolled back.
 */
int fanout_now(struct db *db, struct arena *a, const struct append_news *news,
    void (*point)(const char *name), struct fanout *out, bool *served,
    struct error *err);

#endif
