/*
 * aged: mentions that their users have read, for a few users at a time.
 *
 * Unread mentions are those above the read mark, which never goes back.  Those
 * of a conversation that was ever in mode pull stay: they say which of its
 * entries belong into inboxes.
 */
#ifndef IM_CONSUMER_AGED_H
#define IM_CONSUMER_AGED_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const consumer_aged_statements[];

/* users: db_set().  At most limit; fewer: nothing is left of these users. */
int consumer_aged_mentions(struct db *db, struct arena *a, struct str users,
    int64_t limit, int64_t *n_out, struct error *err);

#endif
