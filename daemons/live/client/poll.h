/*
 * poll: long polls.  The inbox is asked at the beginning, whenever something
 * arrives, and at the end of wait_s; its answer, with `ephemeral` added, is
 * the answer of the poll.
 */
#ifndef LIVE_POLL_H
#define LIVE_POLL_H

#include <uv.h>

#include "base/str.h"
#include "net/conn.h"
#include "client/attach.h"

void poll_start(uv_loop_t *loop);
void poll_begin(struct conn *c, const struct live_options *o,
    const struct attach_grant *who);
void poll_free(struct conn *c);

/* index 0: an ephemeral event, whose members are given. */
void poll_event(struct conn *c, int64_t index, struct str members);
/* 401. */
void poll_session_ended(struct conn *c);
/* 200 at once, without events. */
void poll_end_empty(struct conn *c, const char *why);

#endif
