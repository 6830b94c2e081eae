/*
 * deliver: events to connections, in the order that order.h guards.
 *
 * The text of an event is put into a chunk once (deliver_chunk) and shared
 * by all connections; only `{"event":{"user_index":N,` is each one's own.
 *
 * A connection whose output is full loses the events that wait and is told
 * to pull; until it has read everything it gets no further ones, and when
 * that takes longer than [live] slow_s it is closed.
 */
#ifndef LIVE_DELIVER_H
#define LIVE_DELIVER_H

#include <uv.h>

#include "base/str.h"
#include "net/chunk.h"
#include "net/conn.h"
#include "io/bus.h"

void deliver_start(uv_loop_t *loop);

/* An EVENT frame from the bus, to everybody whom it names and who is here. */
void deliver_frame(const struct bus_frame *f);

/* members: an event's members without braces and without user_index. */
struct chunk *deliver_chunk(struct str members);
/* To one connection; a long poll gets it with its answer. */
void deliver_ephemeral(struct conn *c, struct chunk *chunk);

/* An event from the inbox (a whole JSON object), while resuming. */
void deliver_page_event(struct conn *c, int64_t index, struct str event);
/* Resuming is over: what was held goes out.  False: something is missing
 * still, and `resuming` is as it was. */
bool deliver_go_live(struct conn *c);
/* For when it cannot be read: the client will be told to pull. */
void deliver_give_up(struct conn *c);

/* The inbox holds events up to index: what is missing is waited for, then
 * the client is told to pull. */
void deliver_known(struct conn *c, int64_t index);

/* Everything has been written. */
void deliver_drained(struct conn *c);

#endif
