/*
 * deliver: sends events to connections, in the order that order.h guarantees.
 *
 * A stream (WebSocket, event stream) whose output is full loses its waiting
 * events and is told to pull.  It gets no further ones until it has read
 * everything; if that takes longer than [live] slow_s it is closed.
 */
#ifndef LIVE_DELIVER_H
#define LIVE_DELIVER_H

#include <uv.h>

#include "base/str.h"
#include "events/hub.h"
#include "net/chunk.h"

void deliver_start(uv_loop_t *loop);

/* An ephemeral event to one connection, if it is open.  If there is no room for
 * it, sets s->missed. */
void deliver_ephemeral(struct subscriber *s, struct chunk *chunk);

/* ---- streams ---- */

/* For struct subscriber_ops: sends or holds an event. */
void deliver_event(struct subscriber *s, int64_t index, struct chunk *chunk);
/* Everything has been written. */
void deliver_drained(struct subscriber *s);
/* The inbox has events up to index: waits for missing ones, then tells the
 * client to pull. */
void deliver_known(struct subscriber *s, int64_t index);

/* Holds events from now on, while missing ones, up to known, are read. */
void deliver_hold(struct subscriber *s, int64_t known);
/* An event from the inbox (a whole JSON object), while resuming. */
void deliver_page_event(struct subscriber *s, int64_t index, struct str event);
/* Ends resuming and sends what was held.  False: events are still missing, and
 * `resuming` is unchanged. */
bool deliver_go_live(struct subscriber *s);
/* The inbox cannot be read: tells the client to pull. */
void deliver_give_up(struct subscriber *s);

#endif
