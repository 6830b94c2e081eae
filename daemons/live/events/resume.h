/*
 * resume: reads from the inbox what the client of a stream has not seen, while
 * events from the bus wait in its order, until nothing is missing.  A slow
 * client is sent the next page when it has read the last one.
 */
#ifndef LIVE_RESUME_H
#define LIVE_RESUME_H

#include <uv.h>

#include "base/str.h"
#include "events/hub.h"

void resume_start(uv_loop_t *loop);
/* From s->sent on, up to known and what follows meanwhile. */
void resume_begin(struct subscriber *s, struct str stream_id, int64_t known);
/* For struct conn_ops of streams: everything has been written. */
void resume_drained(struct conn *c);

#endif
