/*
 * hub: who is connected here: recipients (users) by id, and the connections
 * of each, its subscribers.
 *
 * A recipient stays when its last connection has gone; the floor above
 * forgets it (presence/line.h), so that a client that comes back at once was
 * never away.
 * That floor keeps what it knows of a user in a struct that embeds struct
 * recipient; it is allocated at once and zero at first.
 */
#ifndef LIVE_HUB_H
#define LIVE_HUB_H

#include <stdbool.h>
#include <stdint.h>

#include "events/subscriber.h"

struct recipient {
	int64_t user_id;
	struct subscriber *first; /* linked by next */
	size_t n_conns;
};

/* size: of the struct that embeds struct recipient as its first member. */
void hub_start(size_t size);
/* For the floor above: a connection of the recipient has come or gone. */
void hub_on_change(void (*hook)(struct recipient *r));

struct recipient *hub_find(int64_t user_id);
/* Subscribes; the recipient is made when it is not here yet.  s->event and
 * s->session_id are set. */
struct recipient *hub_add(struct subscriber *s, int64_t user_id);
/* It has no connection, and the floor above has no use for it. */
void hub_forget(struct recipient *r);

size_t hub_recipient_count(void);
/* The recipients in slots [*at, ...), at most max of them, from *at = 0;
 * moves *at; false when there are no more. */
bool hub_walk(size_t *at, size_t max, void (*fn)(struct recipient *r));

#endif
