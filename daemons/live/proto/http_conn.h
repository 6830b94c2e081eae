/*
 * http_conn: the HTTP, WebSocket and event-stream state of a connection.
 *
 * Every connection begins with an HTTP request.  It is answered, at once or
 * later (a long poll), or the connection becomes a stream of frames, a
 * WebSocket or an event stream; from then on `framing` is set.
 */
#ifndef LIVE_HTTP_CONN_H
#define LIVE_HTTP_CONN_H

#include <stdbool.h>
#include <uv.h>

#include "net/conn.h"

struct framing;
struct pace_wait;
struct ws_reader;
struct ws_unfinished;

struct http_conn {
	struct conn conn;
	const struct framing *framing; /* frame.h; NULL: no frames */
	char *request_id; /* request_id.h: the client's; NULL: none */
	char *origin;     /* of a page that may read answers */
	bool takes_gzip;
	bool is_head; /* answers have no body */

	/* ws_conn.c */
	bool close_sent, close_got;
	bool deaf;                /* after a protocol error: input is ignored */
	bool heard_message;       /* one was complete in the present feed */
	struct ws_reader *reader; /* an unfinished message */
	struct ws_unfinished *unfinished; /* its time limit */

	/* pace.c */
	uint32_t tokens;        /* what its frames may cost now */
	uint32_t tokens_at_ms;  /* modulo 2^32 */
	struct pace_wait *wait; /* until it goes on */
};

static inline struct http_conn *http_conn_of(struct conn *c)
{
	return CONTAINER_OF(c, struct http_conn, conn);
}

#endif
