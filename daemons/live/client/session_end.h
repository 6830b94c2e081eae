/*
 * session_end: the ends of sessions.
 *
 * When a session ends, its connections are closed with the reason, and the
 * user's other ones get a `session` event.  The list of recent ends catches a
 * connection that opens while its session is being ended.
 */
#ifndef LIVE_SESSION_END_H
#define LIVE_SESSION_END_H

#include <stdint.h>
#include <uv.h>

#include "client/client.h"

void session_end_start(uv_loop_t *loop);

/* reason: logged_out, kicked, replaced or expired. */
void session_end(int64_t user_id, int64_t session_id, const char *reason);
/* Why it ended within the last seconds, or NULL. */
const char *session_end_recent(int64_t session_id);
/* Closes the connection for the reason that its session ended. */
void session_end_close(struct client *cl, const char *reason);
/* The session ends at expires_at (0: never) unless it is extended. */
void session_end_watch(struct client *cl, int64_t expires_at);

#endif
