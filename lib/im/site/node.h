/*
 * node: leases to each process a node number and a span of time for its ids.
 *
 * The numbers 0..ID_NODE_MAX of a region are leased in the table `node`.  A
 * row's high_ms is the time up to which ids may have been made under its
 * number.  A process that takes or renews a number first raises high_ms, to
 * NODE_LEASE_S ahead, and then makes ids only between its old and its new
 * value.
 *
 * Invariant: no id is made twice.  The row grants each span of time only once,
 * so this does not depend on any clock: not on a lease being respected, not on
 * hosts that agree on the time, not on a clock that never goes back.  The lease
 * (database time) only decides when the number of a dead process is free.
 *
 * A number whose high_ms is in the past is preferred.  If there is none,
 * because the clock was set back, the ids of the new holder run ahead of its
 * clock, by at most NODE_AHEAD_MAX_S.
 *
 * All threads of a process share one number.  The first call takes it and later
 * calls renew it; between renewals a call makes no query.
 */
#ifndef IM_NODE_H
#define IM_NODE_H

#include <stdint.h>

#include "base/err.h"
#include "io/db.h"

/* Less than 256 s, so that a process that dies every second, each time holding
 * a number, cannot exhaust them. */
#define NODE_LEASE_S     180
#define NODE_RENEW_S     60
#define NODE_AHEAD_MAX_S 86400

extern const struct db_stmt *const node_statements[];

/*
 * A new id, from any thread.  May be called within a transaction on db: the
 * number is then taken over a separate connection.  While the database is
 * unavailable, a process can make ids until its span is used up.  BUSY: the
 * span is used up and the database is unavailable, or all numbers are taken.
 */
int node_next_id(struct db *db, int64_t *id_out, struct error *err);

/* Releases the number at the end of the process; best effort. */
void node_release(struct db *db);

#endif
