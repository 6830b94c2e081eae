/*
 * active: what a WebSocket has while its client does something: unanswered
 * requests, acks, subscriptions, announcements, invalid frames.
 *
 * It begins with the first of them.  A heartbeat that finds nothing in it frees
 * it: what it knew of the past (`acked`, `read_len`) only saved work.
 */
#ifndef LIVE_ACTIVE_H
#define LIVE_ACTIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "client/client.h"
#include "client/websocket.h"

struct active {
	/* request.c */
	struct ws_request *requests; /* unanswered, in order of arrival */
	uint32_t n_reads;            /* of the services, under way */
	uint32_t read_len;           /* of their answers, about */
	uint32_t request_bytes;      /* of the frames of unanswered ones */

	/* websocket.c */
	uint32_t bad_since_ms; /* uv_now() modulo 2^32 */
	uint8_t n_bad;         /* invalid frames since then */

	/* subscribe.c */
	bool subscribing;
	struct subscribe *subscribe; /* waits for the one under way */

	/* ack.c */
	int64_t acked; /* up to this index of the inbox */
	struct ack *ack;

	struct settle *settle; /* background.c */
};

void active_start(void);
/* That of a WebSocket, which may be new. */
struct active *active_get(struct client *cl);
/* Frees it when nothing is in it. */
void active_tidy(struct client *cl);

/* NULL: it does nothing, or is no WebSocket. */
static inline struct active *active_of(const struct client *cl)
{
	return websocket_is(&cl->presence.subscriber.http.conn)
		   ? cl->active
		   : NULL;
}

#endif
