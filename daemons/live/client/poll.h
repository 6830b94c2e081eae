/*
 * poll: long polls.  The inbox is queried at the start, whenever something
 * arrives, and at the end of wait_s; its answer, with `ephemeral` added, is the
 * answer to the poll.
 */
#ifndef LIVE_POLL_H
#define LIVE_POLL_H

#include <uv.h>

#include "client/attach.h"
#include "client/client.h"

extern const struct conn_ops poll_ops;

void poll_start(uv_loop_t *loop);
void poll_begin(struct client *cl, const struct live_options *o,
    const struct attach_grant *who);

/* For struct subscriber. */
void poll_event(struct subscriber *s, int64_t index, struct chunk *chunk);
/* Answers 401. */
void poll_session_ended(struct client *cl);
/* Answers 200 at once, without events. */
void poll_end_empty(struct client *cl, const char *why);

#endif
