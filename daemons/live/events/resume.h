/*
 * resume: reads what a connection's client has not seen from the inbox,
 * while events from the bus wait in its order.  It ends when nothing is
 * missing any more; a slow client is given the next page when it has read
 * the last one.
 */
#ifndef LIVE_RESUME_H
#define LIVE_RESUME_H

#include <uv.h>

#include "base/str.h"
#include "net/conn.h"

void resume_start(uv_loop_t *loop);
/* From c->order.sent on. */
void resume_begin(struct conn *c, struct str stream_id);
void resume_drained(struct conn *c);
void resume_free(struct conn *c);

#endif
