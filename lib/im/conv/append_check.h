/*
 * append_check: whether a message may be sent, without storing it; at
 * rq->now_ms, or now if that is 0.
 *
 * The same checks and errors as append_send(), except for repeats.  Needs
 * neither an appender nor a transaction.
 */
#ifndef IM_APPEND_CHECK_H
#define IM_APPEND_CHECK_H

#include "im/conv/append.h"

int append_check(struct db *db, struct arena *a,
    const struct append_request *rq, struct conv *conv_out, struct error *err);

/* Sets m->last_sent_ms: when the member sent their last message; 0: never. */
int append_last_sent(struct db *db, struct arena *a, const struct conv *c,
    struct member *m, struct error *err);

#endif
