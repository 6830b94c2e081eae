/*
 * session_end: the ends of sessions.
 *
 * All connections of a session that ends say why and close; the user's
 * other ones are told with a `session` event.  A connection that opens
 * while its session is being ended is caught by the list of recent ends.
 */
#ifndef LIVE_SESSION_END_H
#define LIVE_SESSION_END_H

#include <stdint.h>
#include <uv.h>

#include "net/conn.h"

void session_end_start(uv_loop_t *loop);

/* reason: logged_out, kicked, replaced or expired. */
void session_end(int64_t user_id, int64_t session_id, const char *reason);
/* Why it ended within the last seconds, or NULL. */
const char *session_end_recent(int64_t session_id);
/* Ends the connection as its session did. */
void session_end_close(struct conn *c, const char *reason);
/* Looks at c->expires_at. */
void session_end_watch(struct conn *c);

#endif
