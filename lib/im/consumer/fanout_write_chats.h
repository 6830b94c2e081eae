/* fanout_write_chats: what a pass of fan-out changes in members' chat rows. */
#ifndef IM_FANOUT_WRITE_CHATS_H
#define IM_FANOUT_WRITE_CHATS_H

#include "im/consumer/fanout_write_sql.h"

/*
 * One row for each member of c who is served, has an inbox (seq_of, by place)
 * and whose row moves; a user may have several intervals.  out has room for all
 * of them.  How many there are.
 */
size_t fanout_chats(const struct fanout_conv *c,
    struct inbox_seq *const *seq_of, struct fanout_chat *out);

#endif
