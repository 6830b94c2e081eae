/*
 * client: the whole state of a connection.
 *
 * Every connection is a struct client; each floor sees the part that it embeds.
 * The kind of a connection is its ops: handshake_ops at first, then
 * websocket_ops, event_stream_ops or poll_ops, set by attach.c.
 */
#ifndef LIVE_CLIENT_H
#define LIVE_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "presence/presence_conn.h"

struct ack;
struct handshake;
struct poll;
struct settle;
struct subscribe;
struct ws_request;

struct client {
	struct presence_conn presence;
	struct handshake *handshake; /* until it is open */
	struct poll *poll;           /* of a long poll */
	int64_t expires_at;          /* of the session; 0: never */

	/* heartbeat.c */
	struct deadline pulse; /* twice in a heartbeat */
	bool is_between;       /* the next one is between two heartbeats */

	/* request.c */
	struct ws_request *requests; /* unanswered, in order of arrival */
	uint32_t n_requests;         /* so far */
	uint32_t n_reads;            /* of the services, under way */
	uint32_t read_len;           /* of their answers, about */
	uint32_t request_bytes;      /* of the frames of unanswered ones */

	/* websocket.c */
	uint32_t bad_since_ms; /* uv_now() modulo 2^32 */
	uint8_t n_bad;         /* invalid frames since then */

	bool subscribing; /* subscribe.c */

	/* ack.c */
	int64_t acked; /* up to this index of the inbox */
	struct ack *ack;

	struct settle *settle;       /* background.c */
	struct subscribe *subscribe; /* waits for the one under way */
};

static inline struct client *client_of(struct conn *c)
{
	return CONTAINER_OF(c, struct client, presence.subscriber.http.conn);
}

static inline struct subscriber *client_subscriber(struct client *cl)
{
	return &cl->presence.subscriber;
}

static inline struct http_conn *client_http(struct client *cl)
{
	return &cl->presence.subscriber.http;
}

static inline struct conn *client_conn(struct client *cl)
{
	return &cl->presence.subscriber.http.conn;
}

/* Like subscriber_found(). */
static inline struct client *client_found(const void *ctx)
{
	struct subscriber *s = subscriber_found(ctx);

	return s ? client_of(&s->http.conn) : NULL;
}

#endif
