/*
 * append_check: whether a message that is not stored may be sent.
 *
 * What append_send() would refuse, repeats apart, is refused here with the
 * same errors.  Neither an appender nor a transaction is needed.
 */
#ifndef IM_APPEND_CHECK_H
#define IM_APPEND_CHECK_H

#include "im/conv/append.h"

int append_check(struct db *db, struct arena *a,
    const struct append_request *rq, struct conv *conv_out, struct error *err);

#endif
