/*
 * call_queue: the calls that wait for a service, in turns of their users.
 *
 * The users of waiting calls are served one after the other, one call each;
 * the calls of one user keep their order.  A user has at most
 * CALL_QUEUE_USER_MAX of the CALL_QUEUE_MAX places, so that nobody can fill the
 * queue alone.  Nor the service, however many connections they have: of a user
 * who has `share` calls under way, the others wait until one is over, and are
 * passed over meanwhile.
 *
 * Calls that open a connection have a line of their own, in the order of
 * arrival.  Calls are taken from the two lines alternately, so a rush of
 * openings at most doubles the wait of everybody else.  They have no share: a
 * connection has one of them.
 *
 * A queued object is embedded in the caller's, and must not be freed while it
 * is in the queue.
 */
#ifndef LIVE_CALL_QUEUE_H
#define LIVE_CALL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/idmap.h"

#define CALL_QUEUE_MAX      8192
#define CALL_QUEUE_USER_MAX 256

struct call_turn;

struct queued {
	struct queued *prev, *next; /* of the same turn */
	struct call_turn *turn;     /* NULL: not queued */
	int64_t user_id;            /* 0: none */
	bool opening;
};

struct call_line {
	struct call_turn *first, *last;
	size_t n; /* calls */
};

struct call_queue {
	struct call_line lines[2]; /* users, openings */
	unsigned next;             /* the line whose turn it is */
	struct idmap users;        /* their turns, waiting or under way */
	size_t n;                  /* that wait */
	size_t share;              /* 0: unlimited */
};

/* Whether its user may have it under way now. */
bool call_queue_has_share(const struct call_queue *q, const struct queued *c);
/* A call is under way, or over; it need not have waited. */
void call_queue_begin(struct call_queue *q, const struct queued *c);
void call_queue_end(struct call_queue *q, const struct queued *c);

bool call_queue_has_room(const struct call_queue *q, int64_t user_id);
void call_queue_add(struct call_queue *q, struct queued *c);
/* Before all others. */
void call_queue_add_front(struct call_queue *q, struct queued *c);
void call_queue_remove(struct call_queue *q, struct queued *c);
/* The next one, which stays; NULL: none, or only of users without a share. */
struct queued *call_queue_first(const struct call_queue *q);
struct queued *call_queue_take(struct call_queue *q);
/* The opening that is next in its line; NULL: none. */
struct queued *call_queue_opening(const struct call_queue *q);
/* How many calls are taken before an opening that is added now. */
size_t call_queue_ahead(const struct call_queue *q);

#endif
