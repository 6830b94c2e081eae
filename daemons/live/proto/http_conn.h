/*
 * http_conn: the HTTP, WebSocket and event-stream state of a connection.
 *
 * Every connection begins with an HTTP request.  It is answered, at once or
 * later (a long poll), or the connection becomes a stream of frames, a
 * WebSocket or an event stream; the ops of those have a framing.
 */
#ifndef LIVE_HTTP_CONN_H
#define LIVE_HTTP_CONN_H

#include <stdbool.h>
#include <uv.h>

#include "net/conn.h"

struct framing;
struct ws_input;

/* A kind, as this floor sees it. */
struct http_ops {
	struct conn_ops conn;
	const struct framing *framing; /* frame.h; NULL: no frames */
};

struct http_conn {
	struct conn conn;       /* its ops are struct http_ops */
	char *request_id;       /* request_id.h: the client's; NULL: none */
	char *origin;           /* of a page that may read answers */
	struct ws_input *input; /* ws_input.h; NULL: all is used up */

	/* pace.c */
	uint32_t tokens_at_ms; /* modulo 2^32 */
	uint32_t tokens : 24;  /* what its frames may cost now */

	bool takes_gzip : 1;
	bool is_head : 1; /* answers have no body */
	/* ws_conn.c */
	bool close_sent : 1, close_got : 1;
	bool deaf : 1;          /* after a protocol error: input is ignored */
	bool heard_message : 1; /* one was complete in the present feed */
};

static inline struct http_conn *http_conn_of(struct conn *c)
{
	return CONTAINER_OF(c, struct http_conn, conn);
}

static inline const struct framing *http_framing(const struct http_conn *h)
{
	return CONTAINER_OF(h->conn.ops, struct http_ops, conn)->framing;
}

#endif
