/*
 * request: requests of a WebSocket to the services.
 *
 * A request goes to the service of its path and its answer comes back under
 * its id, in whatever order answers come.  But sends of one connection to one
 * conversation are passed on one after the other (gateway/send_order.h), so
 * that they are in the log as they were sent.
 */
#ifndef LIVE_REQUEST_H
#define LIVE_REQUEST_H

#include "base/str.h"
#include "client/client.h"
#include "proto/client_frame.h"

void request_start(void);
/* text: the frame that f was made of. */
void request_take(struct client *cl, const struct client_frame *f,
    struct str text);

#endif
