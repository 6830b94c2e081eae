/*
 * bus_in: the receiving end of the bus (io/bus.h).  Publishers connect and
 * write frames; nothing is answered.  Whoever may open the socket is
 * believed.
 */
#ifndef LIVE_BUS_IN_H
#define LIVE_BUS_IN_H

#include <uv.h>

/* Dies when it cannot listen. */
void bus_in_start(uv_loop_t *loop);

#endif
