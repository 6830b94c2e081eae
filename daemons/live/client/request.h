/*
 * request: requests of a WebSocket to the services.
 *
 * A request goes to the service of its path; its answer is sent under its id,
 * as soon as it arrives.  Sends of one connection to one conversation are
 * passed on one after the other (gateway/send_order.h), so that the log has
 * them in the order of sending.
 */
#ifndef LIVE_REQUEST_H
#define LIVE_REQUEST_H

#include "base/str.h"
#include "client/client.h"
#include "proto/client_frame.h"

void request_start(void);
/* text: the frame from which f was parsed. */
void request_take(struct client *cl, const struct client_frame *f,
    struct str text);

#endif
