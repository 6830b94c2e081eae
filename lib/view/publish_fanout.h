/*
 * publish_fanout: tells live connections what fan-out has brought them.
 */
#ifndef VIEW_PUBLISH_FANOUT_H
#define VIEW_PUBLISH_FANOUT_H

#include "im/consumer/fanout.h"
#include "view/publish.h"

/* The rows that fanout_write() has committed, in its order. */
void publish_fanout(const struct publisher *p, const struct fanout *f);

#endif
