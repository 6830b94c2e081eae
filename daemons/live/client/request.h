/*
 * request: what a client says on a WebSocket.
 *
 * A request goes to the service of its path and its answer comes back under
 * its id, in whatever order answers come; but sends of one connection to one
 * conversation are passed on one after the other, so that they are in the
 * log as they were sent.
 */
#ifndef LIVE_REQUEST_H
#define LIVE_REQUEST_H

#include "base/str.h"
#include "net/conn.h"

/* One text message of the client. */
void request_frame(struct conn *c, struct str text);
/* The connection goes away: what has not been passed on is dropped. */
void request_drop_all(struct conn *c);

#endif
