/*
 * heartbeat: every [live] heartbeat_s each WebSocket and event stream is
 * told its user's newest index and unread total, and a WebSocket is pinged.
 *
 * The figures come from the inbox service, for up to 500 connections with
 * one request: they reveal a lost last event, and the end of a session whose
 * notice was lost.  When the service is away the last known figures go out.
 * A WebSocket that says nothing for 2.5 heartbeats is closed.
 */
#ifndef LIVE_HEARTBEAT_H
#define LIVE_HEARTBEAT_H

#include <uv.h>

#include "net/conn.h"

void heartbeat_start(uv_loop_t *loop);
void heartbeat_begin(struct conn *c);
void heartbeat_stop(struct conn *c);
/* The client has given a sign of life. */
void heartbeat_heard(struct conn *c);
/* Asks now: is the session still there? */
void heartbeat_check(struct conn *c);

#endif
