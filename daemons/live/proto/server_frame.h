/*
 * server_frame: the frames of im-live on a WebSocket or event stream other than
 * events: one JSON object each, as documented in the API.  On a connection
 * without framing nothing is sent.
 */
#ifndef LIVE_SERVER_FRAME_H
#define LIVE_SERVER_FRAME_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "proto/http_conn.h"

struct server_hello {
	struct str stream_id;
	int64_t session_id;
	int64_t user_index;
	int64_t resumed_from; /* -1: none */
};
void server_frame_hello(struct http_conn *h, const struct server_hello *hello);
void server_frame_heartbeat(struct http_conn *h, int64_t user_index,
    int64_t total_unread);
void server_frame_pull(struct http_conn *h, int64_t user_index);
void server_frame_too_old(struct http_conn *h, struct str stream_id,
    int64_t user_index);
/* ping: the JSON text to send back. */
void server_frame_pong(struct http_conn *h, struct str ping);
/* id: JSON text, or STR_NONE. */
void server_frame_error(struct http_conn *h, const struct error *err,
    struct str id);
/* The answer to a request: body is JSON text or empty. */
void server_frame_answer(struct http_conn *h, struct str id, int status,
    struct str body);
/* The same with a problem document for err. */
void server_frame_refuse(struct http_conn *h, struct str id,
    const struct error *err);

/*
 * Sends `bye` and ends the connection, a WebSocket with this close code.
 * retry_after_ms 0: omitted.  Does nothing unless the connection is open.
 */
void server_frame_bye(struct http_conn *h, const char *reason, int code,
    int64_t retry_after_ms);

#endif
