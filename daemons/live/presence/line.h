/*
 * line: this node's lines in memcached, and who comes and goes.
 *
 * A line says that a user is connected here and how (io/presence.h); it is
 * stored when the first connection opens, before the inbox is read for it,
 * and refreshed well before it expires.  The node's marker is set only while
 * all lines are in: when it is missing (memcached was emptied or away) all
 * lines are put again first.
 *
 * A user is offline only offline_s after the last connection.  Changes are
 * told to those who watch here (watch.h) and to the other nodes.
 */
#ifndef LIVE_PRESENCE_LINE_H
#define LIVE_PRESENCE_LINE_H

#include <uv.h>

#include "events/hub.h"
#include "io/cache.h"

void presence_line_start(uv_loop_t *loop, struct cache *cache);

/* A connection has come, gone or changed its state. */
void presence_line_changed(struct recipient *u);

/* The best state of the user's connections here. */
enum presence_state presence_line_state(const struct recipient *u);

/* The end: takes the lines of all users away. */
void presence_line_withdraw(void);

#endif
