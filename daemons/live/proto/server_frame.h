/*
 * server_frame: what im-live says of its own accord on a WebSocket or an
 * event stream: one JSON object per frame, as the API lists them.
 */
#ifndef LIVE_SERVER_FRAME_H
#define LIVE_SERVER_FRAME_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "net/conn.h"
#include "net/out.h"

/* A whole frame as JSON text, on one line. */
void server_frame_send(struct conn *c, enum out_class class, struct str json);

struct server_hello {
	struct str stream_id;
	int64_t user_index;
	int64_t resumed_from; /* -1: none */
};
void server_frame_hello(struct conn *c, const struct server_hello *h);
void server_frame_heartbeat(struct conn *c, int64_t user_index,
    int64_t total_unread);
void server_frame_pull(struct conn *c, int64_t user_index);
void server_frame_too_old(struct conn *c, struct str stream_id,
    int64_t user_index);
/* ping: the JSON text to send back. */
void server_frame_pong(struct conn *c, struct str ping);
/* id: JSON text, or STR_NONE. */
void server_frame_error(struct conn *c, const struct error *err, struct str id);
/* The answer to a request: body is JSON text or empty. */
void server_frame_answer(struct conn *c, struct str id, int status,
    struct str body);
/* The same with a problem of our own. */
void server_frame_refuse(struct conn *c, struct str id, const struct error *err,
    struct str request_id);

/*
 * Says goodbye and ends the connection: a WebSocket with this close code.
 * retry_after_ms 0: none is given.
 */
void server_frame_bye(struct conn *c, const char *reason, int code,
    int64_t retry_after_ms);

#endif
