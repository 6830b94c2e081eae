/*
 * subscriber: a connection that receives the events of a user and calls
 * services on that user's behalf.
 *
 * A connection is a subscriber from hub_add() until it is closed.
 */
#ifndef LIVE_SUBSCRIBER_H
#define LIVE_SUBSCRIBER_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/fcgi_client.h"
#include "net/chunk.h"
#include "proto/http_conn.h"

struct lag;
struct recipient;
struct subscriber;

/* A kind, as this floor sees it. */
struct subscriber_ops {
	struct http_ops http;
	/*
	 * An event of the recipient, in the order of arrival from the bus;
	 * index 0: ephemeral.  chunk: see event.h.
	 */
	void (*event)(struct subscriber *s, int64_t index, struct chunk *chunk);
};

struct subscriber {
	struct http_conn http;          /* its ops are struct subscriber_ops */
	struct recipient *recipient;    /* hub.h; NULL: not subscribed */
	struct subscriber *prev, *next; /* of the same recipient */
	int64_t session_id;
	/* Of the chat that the client has in the foreground; 0: none. */
	int64_t chat_id;

	/* Without lag: the events up to this index have been sent. */
	int64_t sent;
	struct lag *lag; /* lag.h; NULL: the client is up to date */

	/* deliver.c */
	uint32_t pulled_ms; /* the last gap was given up then, modulo 2^32 */
	uint8_t n_pulls;    /* that followed each other closely */

	bool counted;    /* hub.c */
	bool background; /* the client says so; counts as away */
	bool missed;     /* deliver.h: ephemeral events */
};

static inline struct subscriber *subscriber_of(struct conn *c)
{
	return CONTAINER_OF(c, struct subscriber, http.conn);
}

/* The functions of its kind. */
static inline const struct subscriber_ops *subscriber_ops(
    const struct subscriber *s)
{
	return CONTAINER_OF(s->http.conn.ops, struct subscriber_ops, http.conn);
}

/* An open connection that is subscribed, or NULL. */
struct subscriber *subscriber_find(uint64_t conn_id);

/*
 * fcgi_call() for the session of a subscriber.  Adds its address, and its
 * request id unless there is one.  A GET is dropped when the connection ends.
 * If ctx is NULL, the callback gets one for
 * subscriber_found().
 */
void subscriber_call(const struct subscriber *s, const struct fcgi_call *call);
/* In the callback: the subscriber, or NULL if it has gone. */
struct subscriber *subscriber_found(const void *ctx);

/* Asks the inbox service (gateway/heads.h) whether the session is active, and
 * for the heads of the inbox and of conversations in mode pull. */
void subscriber_check(const struct subscriber *s);

#endif
