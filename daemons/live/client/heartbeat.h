/*
 * heartbeat: every [live] heartbeat_s each WebSocket and event stream is
 * told its user's newest index and unread total, and a WebSocket is pinged.
 *
 * The figures come from the inbox service (gateway/heads.h).  They reveal a
 * lost last event, and the end of a session whose notice was lost.  While
 * the service is away the last known figures go out.  A WebSocket from which
 * nothing is heard for 2.5 heartbeats is closed.
 */
#ifndef LIVE_HEARTBEAT_H
#define LIVE_HEARTBEAT_H

#include <uv.h>

#include "client/client.h"

void heartbeat_start(uv_loop_t *loop);
/* A stream has opened. */
void heartbeat_begin(struct client *cl);

#endif
