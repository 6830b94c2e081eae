/*
 * websocket: what a client says on a WebSocket: one JSON object per message
 * (proto/client_frame.h).  A client that says too much that is invalid is
 * sent away.
 */
#ifndef LIVE_WEBSOCKET_H
#define LIVE_WEBSOCKET_H

#include "net/conn.h"

extern const struct conn_ops websocket_ops;

void websocket_start(void);

#endif
