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

struct active;
struct handshake;
struct poll;

struct client {
	struct presence_conn presence;
	union { /* by its kind, and NULL at the start of each */
		struct handshake *handshake;
		struct poll *poll;
		struct active *active; /* of a WebSocket: active.h */
	};

	/* heartbeat.c */
	struct deadline pulse; /* many in a heartbeat */
	uint8_t n_pulses;      /* since the last heartbeat */

	/* session_end.c: of the session, site's clock, rounded up; 0: never */
	uint32_t expires_s;
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
