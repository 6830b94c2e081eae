/*
 * audience: which users on this node read which conversations in mode pull.
 *
 * Of what is said there nobody gets an inbox row, so nobody knows all members.
 * A connection brings the list of its user's conversations of that kind, and
 * frames of the type AUDIENCE keep it up to date.  A head event says how far a
 * log has come; one that says no more than is known is dropped.  Those who have
 * the conversation in the foreground get it at once, and then no more often
 * than ten times a second; other connections every [live] head_ms, and those in
 * the background ten times more seldom: always the newest one.
 *
 * Frames may be lost.  Each heartbeat therefore compares the sum of what is
 * known here with what the inbox service knows (gateway/heads.h), and brings
 * the list where they differ: who was not told is told then.
 */
#ifndef LIVE_AUDIENCE_H
#define LIVE_AUDIENCE_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "events/hub.h"
#include "io/json.h"

void audience_start(uv_loop_t *loop);

/*
 * large: a list of objects with conv_id, last_index and last_ordinal; NULL:
 * none.  Replaces what was known of the user, except by frames that have come
 * since it was asked for (clock_boot_ms()).  What is new in it is told to
 * streams that are open.
 */
void audience_take(struct recipient *r, const json_t *large, int64_t asked_ms);
/* Of what is known, for heads_ask(). */
int64_t audience_sum(const struct recipient *r);
/* All heads that are known, to one stream. */
void audience_tell(struct subscriber *s);

#endif
