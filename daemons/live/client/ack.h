/*
 * ack: a client has stored everything up to an index.  At most one call per
 * connection is on its way; of those that come meanwhile the highest wins.
 */
#ifndef LIVE_ACK_H
#define LIVE_ACK_H

#include <stdint.h>

#include "client/client.h"

void ack_take(struct client *cl, int64_t user_index);

#endif
