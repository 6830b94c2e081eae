/*
 * fcgi_conn: a connection of a web server, and the set of those that wait.
 *
 * Nothing here blocks.  A connection whose request has not arrived, or whose
 * answer the peer does not read, occupies no thread: it is parked in the set,
 * until the socket is ready or its time is over.  Whoever takes a connection
 * from the set owns it alone.  The set is bounded: for one more, those are cut
 * off that have been still for longest.
 */
#ifndef WEB_FCGI_CONN_H
#define WEB_FCGI_CONN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "web/fcgi_input.h"

enum fcgi_state {
	FCGI_READING,
	FCGI_WRITING,
	FCGI_LINGERING, /* answered; the peer still sends */
	FCGI_ARRIVED,   /* the request is complete; some thread takes it */
	FCGI_IDLE,      /* between two requests of a peer that keeps it */
};

struct fcgi_conn {
	int fd;
	enum fcgi_state state;
	bool is_gate;  /* it is im-live's */
	bool is_known; /* to epoll */
	bool is_late;  /* its time is over */
	struct fcgi_input in;
	size_t body_room; /* bytes of the body that the request needs */
	struct buf out;   /* what is still to be written */
	size_t held;      /* bytes, while it is parked */
	int64_t until_ms; /* monotonic */
	struct fcgi_conn *prev, *next;
};

struct fcgi_conn *fcgi_conn_new(int fd);
void fcgi_conn_free(struct fcgi_conn **c);

enum fcgi_step {
	FCGI_WAIT,   /* park it */
	FCGI_PARAMS, /* the parameters are complete: set the room, and go on */
	FCGI_WHOLE,  /* the request is complete, or will not become so */
	FCGI_GONE,   /* free it */
	FCGI_TAKEN,  /* it is another thread's */
};

/* Reads through buffer, of at most FCGI_EARLY_MAX bytes. */
enum fcgi_step fcgi_conn_read(struct fcgi_conn *c, char *buffer, size_t size);
/* Writes the parts, and keeps what does not fit into the socket. */
enum fcgi_step fcgi_conn_write(struct fcgi_conn *c,
    const struct fcgi_output *out);
/* Writes more of what was kept. */
enum fcgi_step fcgi_conn_flush(struct fcgi_conn *c);
/*
 * After the answer: GONE if the peer has sent everything and does not keep the
 * connection; otherwise WAIT, for its next request or because to close now
 * would make its writes fail before it reads the answer.
 */
enum fcgi_step fcgi_conn_finish(struct fcgi_conn *c);
/* Throws away what comes, up to its end or that of the request. */
enum fcgi_step fcgi_conn_linger(struct fcgi_conn *c, char *buffer, size_t size);
/* One that was idle is ready. */
void fcgi_conn_resume(struct fcgi_conn *c);
/* Its request is complete, and left to another thread: park it. */
void fcgi_conn_leave(struct fcgi_conn *c);

/* ---- the set ---- */

struct fcgi_parked {
	int epoll;
	pthread_mutex_t lock;           /* of all below */
	struct fcgi_conn *first, *last; /* the last one moved first */
	size_t n, held;
	size_t n_idle;
	size_t n_cut; /* not taken by fcgi_parked_expire() yet */
	bool retires;
};

void fcgi_parked_init(struct fcgi_parked *p, int epoll);
/* Parks c for at most wait_ms; c is somebody else's when this returns. */
void fcgi_park(struct fcgi_parked *p, struct fcgi_conn *c, int64_t wait_ms);
void fcgi_unpark(struct fcgi_parked *p, struct fcgi_conn *c);
/* Cuts off those whose time is over; returns how many were, by this or for want
 * of room. */
size_t fcgi_parked_expire(struct fcgi_parked *p);
/*
 * From now on no connection brings another request but those that have been
 * sent already: the peer's next write fails at once (EPIPE), so that it knows
 * that nothing of it has arrived.
 */
void fcgi_parked_retire(struct fcgi_parked *p);
/* Idle ones that nobody has taken yet. */
size_t fcgi_parked_idle(struct fcgi_parked *p);

#endif
