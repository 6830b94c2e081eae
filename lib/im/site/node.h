/*
 * node: which process may make ids with which node number, and of what time.
 *
 * The numbers 0..ID_NODE_MAX of a region are leased in the table `node`.  A
 * row's high_ms says up to which time ids may have been made under its
 * number.  Whoever takes or renews a number raises high_ms first, to
 * NODE_LEASE_S ahead, and then makes ids between its old and its new value
 * and nowhere else.
 *
 * Invariant: no id is made twice.  The row gives each span of time away
 * once, so this rests on no clock: neither on a lease that was kept to, nor
 * on hosts that agree, nor on a clock that does not go back.  The lease
 * (database time) only decides when the number of a dead process is free.
 *
 * A number whose high_ms has gone by is preferred.  If there is none, because
 * the clock was set back, the ids of the new holder run ahead of its clock,
 * by NODE_AHEAD_MAX_S at most.
 *
 * All threads of a process share one number.  It is taken on the first call
 * and renewed by later ones; between renewals a call costs no query.
 */
#ifndef IM_NODE_H
#define IM_NODE_H

#include <stdint.h>

#include "base/err.h"
#include "io/db.h"

/* Less than 256 s: a process that dies once a second, each time with a number
 * in its hands, cannot use them up. */
#define NODE_LEASE_S     180
#define NODE_RENEW_S     60
#define NODE_AHEAD_MAX_S 86400

extern const struct db_stmt *const node_statements[];

/*
 * A new id, from any thread.  May be called with a transaction open on db:
 * the number is then taken over a connection of its own.  While the database
 * is away a process goes on until its span of time is used up.  Errors: BUSY
 * when it is and the database is away, or all numbers are taken.
 */
int node_next_id(struct db *db, int64_t *id_out, struct error *err);

/* Gives the number back.  At the end of a process; best effort. */
void node_release(struct db *db);

#endif
