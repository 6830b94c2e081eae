/* fanout_lock: the inboxes that a transaction of fan-out writes. */
#ifndef IM_FANOUT_LOCK_H
#define IM_FANOUT_LOCK_H

#include "im/consumer/fanout.h"

/*
 * Locks the inboxes of f->users that nobody else has locked, ascending in
 * *seqs_out: the caller is their only writer until the commit.  Conversations
 * that need another inbox are taken out of *f and counted in f->n_locked.
 * Users without an inbox (erased) need none.
 */
int fanout_lock(struct db *db, struct arena *a, struct fanout *f,
    struct inbox_seq **seqs_out, size_t *n_out, struct error *err);

#endif
