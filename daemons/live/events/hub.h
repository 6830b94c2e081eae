/*
 * hub: who is connected here: users by id, and the connections of each.
 *
 * A user stays for [live] offline_s after the last connection, so that a
 * client that comes back at once was never away (presence/line.h).
 */
#ifndef LIVE_HUB_H
#define LIVE_HUB_H

#include <stdbool.h>
#include <stdint.h>

#include "net/conn.h"
#include "net/deadline.h"
#include "io/presence.h"

struct recipient {
	int64_t user_id;
	int64_t app_id;
	struct conn *first; /* user_next is the next one */
	size_t n_conns;
	bool shows_last_seen;

	/* presence/line.c */
	enum presence_state state;     /* in the line */
	enum presence_state announced; /* over all nodes, as last told */
	char platforms[48];
	uint32_t round_no; /* in which memcached took it */
	int64_t put_ms;
	struct deadline refresh;
	struct deadline offline;
};

struct recipient *hub_find(int64_t user_id);
/* Puts the connection into its user's list; the user is made if need be. */
struct recipient *hub_add(struct conn *c, int64_t user_id, int64_t app_id);
void hub_remove(struct conn *c);
int64_t hub_user_id(const struct recipient *u);
/* For presence/line.c: nobody is connected and the line is gone. */
void hub_forget(struct recipient *u);

size_t hub_user_count(void);
/* The users in slots [*at, ...), at most max of them, from *at = 0; moves
 * *at; false when there are no more. */
bool hub_walk(size_t *at, size_t max, void (*fn)(struct recipient *u));

#endif
