/* beat: keeps the life of this node in memcached (io/presence.h). */
#ifndef LIVE_PRESENCE_BEAT_H
#define LIVE_PRESENCE_BEAT_H

#include <uv.h>

#include "io/presence.h"

/* self: stays where it is. */
void beat_start(uv_loop_t *loop, const struct presence_node *self);

#endif
