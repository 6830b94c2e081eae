/*
 * send_order: which requests of a WebSocket wait for each other.
 *
 * The order of a send is the id of its conversation, that of a batch of sends
 * SEND_ORDER_ALL, and that of everything else SEND_ORDER_NONE.  Requests with
 * conflicting orders are passed on one after the other.
 */
#ifndef LIVE_SEND_ORDER_H
#define LIVE_SEND_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define SEND_ORDER_NONE 0
#define SEND_ORDER_ALL  (-1)

/* path: with or without its query. */
int64_t send_order_of(struct str method, struct str path);
bool send_order_conflicts(int64_t a, int64_t b);

#endif
