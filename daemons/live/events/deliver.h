/*
 * deliver: events to connections, in the order that order.h guards.
 *
 * A stream (WebSocket, event stream) whose output is full loses the events
 * that wait and is told to pull.  Until it has read everything it gets no
 * further ones; when that takes longer than [live] slow_s it is closed.
 */
#ifndef LIVE_DELIVER_H
#define LIVE_DELIVER_H

#include <uv.h>

#include "base/str.h"
#include "events/hub.h"
#include "net/chunk.h"

void deliver_start(uv_loop_t *loop);

/* An ephemeral event to one connection, if it is open. */
void deliver_ephemeral(struct subscriber *s, struct chunk *chunk);

/* ---- streams ---- */

/* For struct subscriber: an event goes out, or is held. */
void deliver_event(struct subscriber *s, int64_t index, struct chunk *chunk);
/* Everything has been written. */
void deliver_drained(struct subscriber *s);
/* The inbox holds events up to index: what is missing is waited for, then
 * the client is told to pull. */
void deliver_known(struct subscriber *s, int64_t index);

/* An event from the inbox (a whole JSON object), while resuming. */
void deliver_page_event(struct subscriber *s, int64_t index, struct str event);
/* Resuming is over: what was held goes out.  False: something is missing
 * still, and `resuming` is as it was. */
bool deliver_go_live(struct subscriber *s);
/* The inbox cannot be read: the client will be told to pull. */
void deliver_give_up(struct subscriber *s);

#endif
