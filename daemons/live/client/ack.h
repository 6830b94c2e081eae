/*
 * ack: passes on that a client has stored everything up to an index.  At most
 * one call per connection is pending; of the acks that arrive meanwhile, only
 * the highest is sent.
 */
#ifndef LIVE_ACK_H
#define LIVE_ACK_H

#include <stdint.h>

#include "client/client.h"

void ack_take(struct client *cl, int64_t user_index);

#endif
