/*
 * inbox_restart: an inbox that is damaged starts again, empty.
 *
 * What it held cannot be made again: rows are numbered in the order in which
 * many logs came to the user, and their devices have seen some of the numbers.
 * So the numbers go on, under a new stream_id, above a floor that no device can
 * have reached: each is told too_old, and begins with a sync, which needs no
 * inbox.
 */
#ifndef IM_INBOX_RESTART_H
#define IM_INBOX_RESTART_H

#include "im/user/inbox.h"

extern const struct db_stmt *const inbox_restart_statements[];

#define INBOX_SWEEP 1000 /* rows of one transaction */

/* In a transaction that holds the inbox: 1, or 0 if there is none.  Rows are
 * left below the floor, where nobody reads them: see inbox_sweep(). */
int inbox_restart(struct db *db, struct arena *a, int64_t user_id,
    struct error *err);

/* Removes up to INBOX_SWEEP rows that are below the floor; n_out: how many. */
int inbox_sweep(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err);

#endif
