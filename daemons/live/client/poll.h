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

extern const struct subscriber_ops poll_ops;

static inline bool poll_is(const struct conn *c)
{
	return c->ops == &poll_ops.http.conn;
}

void poll_start(uv_loop_t *loop);
void poll_begin(struct client *cl, const struct live_options *o,
    const struct attach_grant *who);

/* Answers 401. */
void poll_session_ended(struct client *cl);
/* Answers 200 at once, without events. */
void poll_end_empty(struct client *cl, const char *why);

#endif
