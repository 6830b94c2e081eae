/*
 * aged: what is old of the creators of conversations, for a few users at a
 * time.
 */
#ifndef IM_CONV_AGED_H
#define IM_CONV_AGED_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const conv_aged_statements[];

/*
 * Client ids of conversations from before that time: a repeat of the request
 * makes another conversation then.  users: db_set().  At most limit; fewer:
 * nothing is left of these users.
 */
int conv_aged_clients(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err);

#endif
