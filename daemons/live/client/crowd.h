/*
 * crowd: the limit of connections per user, [live] per_user_max.
 *
 * The newest connection wins.  At the limit the oldest one of its own session
 * goes, for a long poll first a poll of that session; if the session has none,
 * the user's oldest.  A connection that goes is told too_many.
 */
#ifndef LIVE_CROWD_H
#define LIVE_CROWD_H

#include <stdbool.h>
#include <stdint.h>

/* For one more connection of the session. */
void crowd_make_room(int64_t user_id, int64_t session_id, bool is_poll);

#endif
