/*
 * bus: the receiving end of the bus (io/bus.h).  Publishers connect and
 * write frames; nothing is answered.  Whoever may open the socket is
 * believed.
 */
#ifndef LIVE_BUS_H
#define LIVE_BUS_H

#include <uv.h>

/* Dies when it cannot listen. */
void bus_listen(uv_loop_t *loop);

#endif
