/*
 * background: whether the client is in the background, as it says.
 *
 * The first change is announced at once.  One that follows within SETTLE_MS
 * waits for the end of that time; only the last counts.
 */
#ifndef LIVE_BACKGROUND_H
#define LIVE_BACKGROUND_H

#include <stdbool.h>
#include <uv.h>

#include "client/client.h"

void background_start(uv_loop_t *loop);
void background_set(struct client *cl, bool background);

#endif
