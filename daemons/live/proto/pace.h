/*
 * pace: how much a WebSocket may send.
 *
 * Every frame costs something (ws.h).  A connection may spend PACE_TURN_MAX in
 * a turn of the loop, and [live] frames_per_s in a second, with as much saved
 * up.  Above that it is not read for a while: the client's own frames wait,
 * those of others do not.  Connections that wait for their next turn get one in
 * each turn of the loop together, one after the other.
 */
#ifndef LIVE_PACE_H
#define LIVE_PACE_H

#include <stdint.h>
#include <uv.h>

#include "proto/http_conn.h"

#define PACE_TURN_MAX 32

/* go_on: called when a connection that had to wait may be fed again. */
void pace_start(uv_loop_t *loop, void (*go_on)(struct http_conn *h));

/* What the connection may spend now, at least 1. */
uint32_t pace_budget(struct http_conn *h);
/* It has spent so much; left: it may have more to be fed. */
void pace_spent(struct http_conn *h, uint32_t cost, bool left);

#endif
