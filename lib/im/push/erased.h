/*
 * erased: what push keeps of a user who has been erased: what was due to their
 * devices, and what became of it.
 */
#ifndef IM_PUSH_ERASED_H
#define IM_PUSH_ERASED_H

#include <stdint.h>

#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const push_erased_statements[];

/* In a transaction: a part of it.  n_out 0: nothing is left. */
int push_erase(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err);

#endif
