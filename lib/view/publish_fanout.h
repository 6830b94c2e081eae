/*
 * publish_fanout: tells live connections what fan-out has brought them.
 */
#ifndef VIEW_PUBLISH_FANOUT_H
#define VIEW_PUBLISH_FANOUT_H

#include "im/consumer/fanout.h"
#include "view/publish.h"

/* The rows that fanout_write() has committed, in its order. */
void publish_fanout(const struct publisher *p, const struct fanout *f);

/* The frames of them, for a queue; the bus of *p is not used.  They point to
 * nothing outside the arena. */
struct bus_frame *publish_fanout_frames(const struct publisher *p,
    const struct fanout *f, struct arena *a, size_t *n_out);

#endif
