/*
 * hub: the users connected to this node (recipients), by id, and the
 * connections of each (subscribers).
 *
 * A recipient remains when its last connection has gone, until the floor above
 * forgets it (presence/line.h), so that a client that reconnects at once does
 * not go offline.  That floor keeps its state of a user in a struct that embeds
 * struct recipient; hub allocates it as a whole, zeroed.
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
	int64_t total_unread; /* as last reported by the inbox service */
	struct seats *seats;  /* audience.c; NULL: none */
	bool hides_reads;     /* gives no read receipts, and gets none */
};

/* size: of the struct that embeds struct recipient as its first member. */
void hub_start(size_t size);
/* For the floor above: called when a connection is added or removed. */
void hub_on_change(void (*hook)(struct recipient *r));

struct recipient *hub_find(int64_t user_id);
/* Subscribes s, whose session_id the caller has set; creates the recipient if
 * necessary.  s gets events once it is open. */
struct recipient *hub_add(struct subscriber *s, int64_t user_id);
/* It is an open stream, for the gauge. */
void hub_count(struct subscriber *s);
/* Called before a recipient is forgotten. */
void hub_on_forget(void (*hook)(struct recipient *r));
/* Frees a recipient without connections; for the floor above. */
void hub_forget(struct recipient *r);

size_t hub_recipient_count(void);
/* Calls fn for at most max recipients from slot *at on and advances *at, which
 * is 0 at first; false at the end. */
bool hub_walk(size_t *at, size_t max, void (*fn)(struct recipient *r));

#endif
