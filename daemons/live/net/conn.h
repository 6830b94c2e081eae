/*
 * conn: one client connection, from accept to close.
 *
 * A connection begins with an HTTP head and becomes a WebSocket, an event
 * stream or a long poll, or ends with an HTTP answer.  Invariants:
 *   - conn_close() may be called from anywhere; the object goes away later,
 *     on the loop, never under somebody's hands.
 *   - Whoever waits for something (a service, a timer) keeps the id, not the
 *     pointer, and asks conn_find() when it comes.
 *   - A connection with a user is in that user's list (hub.h).
 */
#ifndef LIVE_CONN_H
#define LIVE_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"
#include "net/deadline.h"
#include "events/order.h"

#define CONN_IP_LEN 46

enum conn_kind { CONN_HTTP, CONN_WS, CONN_SSE, CONN_POLL };

enum conn_state {
	CONN_HEAD,    /* the HTTP head is coming */
	CONN_OPENING, /* who is it? */
	CONN_OPEN,
	CONN_CLOSING, /* says its last, takes no more */
	CONN_CLOSED,  /* about to be freed */
};

struct out_item;
struct handshake;
struct poll;
struct resume;
struct recipient;
struct watch;
struct ws_reader;
struct ws_request;

struct conn {
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} io;
	uint64_t id;
	enum conn_kind kind;
	enum conn_state state;
	bool reading, flushing, shut;
	bool background;
	bool takes_gzip;
	bool close_sent, close_got; /* WebSocket close frames */
	bool deaf;                  /* broke the rules: not listened to */
	bool peer_is_local;

	/* out.c */
	struct out_item *out_first, **out_last;
	uint32_t out_bytes, out_plain_bytes; /* all; not to be dropped */
	bool overflowed, missed;

	/* Who: from the opening. */
	struct recipient *user;
	struct conn *user_prev, *user_next;
	int64_t session_id;
	int64_t expires_at; /* 0: never */
	int64_t total_unread;
	char platform[8];
	char ip[CONN_IP_LEN];
	char request_id[65];

	struct order order;
	struct handshake *handshake; /* until open */
	struct ws_reader *reader;    /* an unfinished message */
	struct ws_request *requests; /* unanswered */
	struct poll *poll;
	struct resume *resume; /* the missing is being read */
	char *origin;          /* of a page that may read answers */
	struct watch *watches;
	uint32_t n_requests, n_watches, n_sent_requests;

	int64_t ack_sent, ack_next; /* ack.c */
	bool ack_busy;
	uint32_t bad_frames;
	uint64_t bad_since_ms;

	struct deadline life;    /* handshake; later: lingering */
	struct deadline silence; /* 2.5 heartbeats */
	struct deadline beat;
	struct deadline gap;
	struct deadline slow;
	struct deadline message; /* an unfinished message */

	struct conn *next_closed;
	uint64_t opened_ms;
};

void conn_start(uv_loop_t *loop);

/* For accept.c: a new object whose io is not initialised yet. */
struct conn *conn_new(void);
/* Its io is connected: reads the head. */
void conn_begin(struct conn *c);

struct conn *conn_find(uint64_t id);
size_t conn_count(void);
/* Calls fn for every connection that is not closed. */
void conn_each(void (*fn)(struct conn *c));

/* At once. */
void conn_close(struct conn *c, const char *why);
/* When everything that has been put has been written, and the peer has had
 * time to read it. */
void conn_finish(struct conn *c, const char *why);

void conn_read_pause(struct conn *c);
void conn_read_resume(struct conn *c);

/* Called by out.c. */
void conn_drained(struct conn *c);

/* The descriptor limit allows one more connection again. */
extern void (*conn_on_room)(void);

static inline bool conn_is_open(const struct conn *c)
{
	return c->state == CONN_OPEN;
}

#endif
