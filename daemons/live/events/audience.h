/*
 * audience: which users on this node read which conversations in mode pull.
 *
 * Of what is said there nobody gets an inbox row, so nobody knows all members.
 * A connection brings the list of its user's conversations of that kind, and
 * frames of the type AUDIENCE keep it up to date.  A head event says how far a
 * log has come.  Those who have the conversation in the foreground get it at
 * once, and then no more often than ten times a second; other connections every
 * [live] head_ms, and those in the background ten times more seldom: always the
 * newest one.
 *
 * It is a hint: a client that connects gets the heads, and a pull has them.
 */
#ifndef LIVE_AUDIENCE_H
#define LIVE_AUDIENCE_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "events/hub.h"
#include "io/json.h"

void audience_start(uv_loop_t *loop);

/* large: a list of objects with conv_id; NULL: none.  Replaces what was known
 * of the user. */
void audience_take(struct recipient *r, const json_t *large);
/* The heads of such a list, to a stream that has begun. */
void audience_tell(struct subscriber *s, const json_t *large);

#endif
