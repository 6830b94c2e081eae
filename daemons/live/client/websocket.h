/*
 * websocket: handles messages of clients on a WebSocket: one JSON object each
 * (proto/client_frame.h).  A client that sends too many invalid ones is
 * disconnected.
 */
#ifndef LIVE_WEBSOCKET_H
#define LIVE_WEBSOCKET_H

#include "client/client.h"

void websocket_start(void);
bool websocket_is(const struct conn *c);
/* Accepts the upgrade; key and protocol as in http_reply_upgrade().  Afterwards
 * the connection is open, or closed if the client has gone. */
void websocket_accept(struct client *cl, struct str key, bool protocol);

#endif
