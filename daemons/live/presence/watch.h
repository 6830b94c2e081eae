/*
 * watch: subscriptions of connections to the presence of users.
 *
 * A subscription is checked with the user service: users that the caller may
 * not see (of another app, unknown, or who have blocked them) are silently left
 * out.  A block ends the watches that it concerns.  The current
 * states are sent at once, then changes.  Everything here is a hint; the last
 * announced state is compared with memcached once a minute.
 */
#ifndef LIVE_PRESENCE_WATCH_H
#define LIVE_PRESENCE_WATCH_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"
#include "presence/presence_conn.h"

#define WATCH_MAX 1000 /* users per connection */

void watch_start(uv_loop_t *loop);

/* For the floor above: the requests of a subscription have been answered. */
void watch_on_answered(void (*hook)(struct presence_conn *p));

/* -1 INVALID_ARGUMENT: too many. */
int watch_too_many(struct error *err);
int watch_subscribe(struct presence_conn *p, const int64_t *users, size_t n,
    struct error *err);
void watch_unsubscribe(struct presence_conn *p, const int64_t *users, size_t n);

#endif
