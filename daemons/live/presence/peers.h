/*
 * peers: frames to the other im-live nodes, without waiting for them.
 *
 * The connections are kept open: one that ends is opened again, at once and
 * then ever less often.  Frames are hints: those for a node that is away, or
 * that has PEER_QUEUE_MAX bytes waiting, are dropped.
 */
#ifndef LIVE_PEERS_H
#define LIVE_PEERS_H

#include <stddef.h>
#include <uv.h>

#include "base/str.h"
#include "io/bus.h"

/* self: the name of this node, which is left out. */
void peers_start(uv_loop_t *loop, struct str self);
void peers_broadcast(const struct bus_frame *f);

#endif
