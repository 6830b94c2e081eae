/*
 * heartbeat: every [live] heartbeat_s each WebSocket and event stream is
 * told its user's newest index and unread total, and a WebSocket is pinged.
 *
 * The figures come from the inbox service (gateway/heads.h).  They reveal that
 * the last event was lost, that a session has ended and the frame was lost, or
 * that the head of a conversation in mode pull was (events/audience.h).
 * While the service is unavailable, the last known figures are sent.  A
 * WebSocket that is silent for 2.5 heartbeats is closed, at the next of the
 * twenty looks in each.
 */
#ifndef LIVE_HEARTBEAT_H
#define LIVE_HEARTBEAT_H

#include <uv.h>

#include "client/client.h"

void heartbeat_start(uv_loop_t *loop);
/* Call when a stream has opened. */
void heartbeat_begin(struct client *cl);

#endif
