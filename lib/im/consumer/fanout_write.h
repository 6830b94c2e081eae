/*
 * fanout_write: the transaction of fan-out: numbers, inbox rows, chats,
 * mentions and cursors, all of them or none.
 */
#ifndef IM_FANOUT_WRITE_H
#define IM_FANOUT_WRITE_H

#include "base/arena.h"
#include "base/err.h"
#include "im/consumer/fanout.h"
#include "io/db.h"

extern const struct db_stmt *const fanout_write_statements[];
/* Of fanout_write_within() for conversations without a change of mode. */
extern const struct db_stmt *const fanout_write_now_statements[];

struct fanout_hooks {
	/*
	 * Called first in the transaction: LEASE_LOST if we no longer hold the
	 * lease.
	 */
	int (*fence)(void *arg, struct error *err);
	/* Called behind "lock" and "inbox", and before "commit".  May be NULL:
	 * tests kill the job there. */
	void (*point)(const char *name);
	void *arg;
};

/*
 * Runs the transaction.  Takes conversations whose turn is put off out of *f
 * (n_locked).  LEASE_LOST, or MOVED if a cursor is not where it was read:
 * nothing was changed.  UNCERTAIN: the cursors show whether it committed.
 */
int fanout_write(struct db *db, struct arena *a, struct fanout *f,
    const struct fanout_hooks *hooks, struct error *err);

/*
 * The same within the caller's transaction, which holds the logs of *f: without
 * a fence, and no mark is removed.  point: as in struct fanout_hooks.
 */
int fanout_write_within(struct db *db, struct arena *a, struct fanout *f,
    void (*point)(const char *name), struct error *err);

#endif
