/*
 * websocket: what a client says on a WebSocket: one JSON object per message
 * (proto/client_frame.h).  A client that says too much that is invalid is
 * sent away.
 */
#ifndef LIVE_WEBSOCKET_H
#define LIVE_WEBSOCKET_H

#include "client/client.h"

extern const struct conn_ops websocket_ops;

void websocket_start(void);
/* Accepts the upgrade; key and protocol as in http_reply_upgrade().  The
 * connection is open, or closed when the client has gone. */
void websocket_accept(struct client *cl, struct str key, bool protocol);

#endif
