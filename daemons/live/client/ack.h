/*
 * ack: passes on that clients have stored everything up to an index.  The acks
 * of all clients are gathered for 300 ms, and up to 500 are one request; of one
 * client only the highest counts, and none is sent while the one before is not
 * answered.
 */
#ifndef LIVE_ACK_H
#define LIVE_ACK_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "client/client.h"

void ack_start(uv_loop_t *loop);
void ack_take(struct client *cl, int64_t user_index);
/* Some are still to be sent. */
bool ack_pending(void);

#endif
