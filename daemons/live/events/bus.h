/*
 * bus: the receiving end of the bus (io/bus.h).  Publishers connect and write
 * frames; nothing is answered.  A process that may open the socket is trusted;
 * over TCP, one that has [bus] key, and there datagrams wake the jobs of this
 * host.
 *
 * Modules register handlers for the types of frames.
 */
#ifndef LIVE_BUS_H
#define LIVE_BUS_H

#include <uv.h>

#include "io/bus.h"
#include "io/json.h"

#define BUS_TYPES_MAX 12

/* The frame is valid until the handler returns. */
typedef void bus_handler(const struct bus_frame *f);

/* One handler per type. */
void bus_on_frame(enum bus_type type, bus_handler *handler);

/* The body as a JSON object, in the arena; NULL if it is invalid. */
const json_t *bus_frame_object(struct arena *a, const struct bus_frame *f);

/* Exits if it cannot listen. */
void bus_listen(uv_loop_t *loop);

#endif
