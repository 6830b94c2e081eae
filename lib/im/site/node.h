/*
 * node: which process may make ids with which node number.
 *
 * A number 0..ID_NODE_MAX is leased in the table `node`, in database time.
 * Invariant: two processes never make ids under one number at the same time.
 * A holder stops using its number NODE_SKEW_S before the lease runs out, so
 * clocks of two hosts may differ by that much; one that gives its number
 * back leaves it idle for NODE_IDLE_S.
 *
 * All threads of a process share one number.  It is taken on the first call
 * and renewed by later ones; between renewals a call costs no query.
 */
#ifndef IM_NODE_H
#define IM_NODE_H

#include <stdint.h>

#include "base/err.h"
#include "io/db.h"

#define NODE_LEASE_S 600
#define NODE_RENEW_S 60
#define NODE_SKEW_S  120
#define NODE_IDLE_S  30

extern const struct db_stmt *const node_statements[];

/*
 * A new id, from any thread.  May be called with a transaction open on db:
 * the lease is then taken over a connection of its own.  Errors: BUSY when
 * the lease has run out and the database is away, or all numbers are taken.
 */
int node_next_id(struct db *db, int64_t *id_out, struct error *err);

/* Gives the number back.  At the end of a process; best effort. */
void node_release(struct db *db);

#endif
