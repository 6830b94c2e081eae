/*
 * ack: passes on that a client has stored everything up to an index.  The first
 * ack is passed on at once.  Those that follow within MERGE_MS, or while its
 * call is pending, are merged: only the highest is passed on.
 */
#ifndef LIVE_ACK_H
#define LIVE_ACK_H

#include <stdint.h>
#include <uv.h>

#include "client/client.h"

void ack_start(uv_loop_t *loop);
void ack_take(struct client *cl, int64_t user_index);

#endif
