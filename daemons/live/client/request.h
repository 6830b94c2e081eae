/*
 * request: requests of a WebSocket to the services.
 *
 * A request goes to the service of its path; its answer is sent under its id,
 * as soon as it arrives.  Sends of one connection to one conversation are
 * passed on one after the other (gateway/send_order.h), so that the log has
 * them in the order of sending.
 *
 * Memory is bounded by bytes: a connection whose unanswered requests take more
 * than [live] output_max is not read.  Reads are passed on while their answers,
 * which are taken to be as long as those before, fit into output_max together
 * with what the client has not read.  An answer that does not fit is not kept:
 * the request waits, and is made again when the client has read.  So a client
 * that does not read is kept at most output_max and one answer.
 */
#ifndef LIVE_REQUEST_H
#define LIVE_REQUEST_H

#include "base/str.h"
#include "client/client.h"
#include "proto/client_frame.h"

void request_start(void);
/* All output has been written. */
void request_drained(struct client *cl);
/* text: the frame from which f was parsed. */
void request_take(struct client *cl, const struct client_frame *f,
    struct str text);

#endif
