/*
 * conn: one client connection, from accept to close.
 *
 * This floor handles bytes, the loop and lifetimes.  What a connection is used
 * for (a handshake, a WebSocket, an event stream, a long poll) is its kind, a
 * struct conn_ops that the floors above set and change.  Their state of a
 * connection is in structs that embed each other, one per floor, and their
 * functions of a kind likewise:
 *
 *   conn < http_conn < subscriber < presence_conn < client
 *   conn_ops < http_ops < subscriber_ops
 *
 * conn_new() allocates the whole, zeroed.
 *
 * Invariants:
 *   - conn_close() may be called from anywhere; the object is freed later, from
 *     the loop, never while a caller is using it.
 *   - Code that waits for an answer keeps the id, not the pointer, and calls
 *     conn_find() when the answer arrives.
 */
#ifndef LIVE_CONN_H
#define LIVE_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "net/deadline.h"
#include "net/peer_ip.h"

enum conn_state {
	CONN_HANDSHAKE, /* the user is not known yet */
	CONN_OPEN,
	CONN_CLOSING, /* writes its last output; input is ignored */
	CONN_CLOSED,  /* about to be freed */
};

/* Why a connection is not read, one bit each. */
enum conn_pause {
	CONN_PAUSE_HANDSHAKE = 1, /* a service has not yet said who it is */
	CONN_PAUSE_OUTPUT = 2,    /* too many answers wait for the client */
	CONN_PAUSE_PACE = 4,      /* it sends too much */
	CONN_PAUSE_REQUESTS = 8,  /* its requests wait for the services */
};

struct conn;
struct ending;
struct out_item;

/* A kind of connection.  Functions may be NULL. */
struct conn_ops {
	const char *name; /* for the log */
	/* The peer has sent bytes; if NULL they are dropped. */
	void (*bytes)(struct conn *c, const char *p, size_t n);
	/* Open, and all output has been written. */
	void (*drained)(struct conn *c);
	/*
	 * Closing, and all output has been written.  True: the kind waits
	 * for the peer, or has closed; false: this side is shut down.
	 */
	bool (*finished)(struct conn *c);
};

struct conn {
	union { /* union listener_peer */
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
	} io;
	const struct conn_ops *ops;
	uint64_t id;
	union {
		struct ending *ending;    /* if CONN_CLOSING */
		struct conn *next_closed; /* if CONN_CLOSED */
	};
	struct in6_addr ip; /* peer_ip.h */

	/* out.c */
	struct out_item *out_last;           /* its next is the first */
	uint32_t out_bytes, out_plain_bytes; /* all; not to be dropped */

	uint32_t opened_s;   /* uv_now() */
	uint32_t heard_ms;   /* likewise, modulo 2^32; conn_heard() */
	uint32_t n_requests; /* so far */
	uint8_t n_pending;   /* unanswered: output is gathered */

	uint8_t state;  /* enum conn_state */
	uint8_t paused; /* bits of enum conn_pause */
	bool reading : 1, shut : 1;
	bool flushing : 1; /* out.c: a write is pending in libuv */
	bool cut : 1;      /* out.c: closed to make room */
	bool peer_is_local : 1;
};

/* size: of the struct that embeds struct conn as its first member. */
void conn_start(uv_loop_t *loop, size_t size);

/* For accept.c: a new object with uninitialised io. */
struct conn *conn_new(void);

struct conn *conn_find(uint64_t id);
/* Ids ascend: all later connections have at least this one. */
uint64_t conn_next_id(void);
size_t conn_count(void);
/* Calls fn for every connection that is not closed. */
void conn_each(void (*fn)(struct conn *c));

/* Closes at once. */
void conn_close(struct conn *c, const char *why);
/*
 * Closes when all output is written and the peer has had time to read it: as
 * long as it reads something in [live] slow_s, and then LINGER_S to close.
 */
void conn_finish(struct conn *c, const char *why);

/* Reads, unless there is a reason to pause. */
void conn_read_start(struct conn *c);
void conn_read_pause(struct conn *c, enum conn_pause why);
/* Ends one reason to pause. */
void conn_read_resume(struct conn *c, enum conn_pause why);

/* Called when everything has been written. */
void conn_drained(struct conn *c);
/* The peer is alive: it has written, or read pending output. */
void conn_heard(struct conn *c);
/* For how long nothing has been heard. */
uint32_t conn_silent_ms(const struct conn *c);

/*
 * Hooks, which floors register at start.  They are called in reverse order,
 * upper floors first.
 */

/* Once for each connection, when it stops being open (or never was) and
 * begins to finish or to close.  Called from within conn_finish() and
 * conn_close(). */
void conn_on_end(void (*hook)(struct conn *c, const char *why));
/* From the loop: the object is about to be freed; releases its parts. */
void conn_on_close(void (*hook)(struct conn *c));
/* The descriptor limit allows one more connection again. */
void conn_on_room(void (*hook)(void));

static inline bool conn_is_open(const struct conn *c)
{
	return c->state == CONN_OPEN;
}

#endif
