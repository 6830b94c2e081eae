/*
 * direct: the one direct conversation of two users, in whichever order they
 * are named.  That of a user with themselves is the self chat.
 */
#ifndef IM_DIRECT_H
#define IM_DIRECT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const direct_statements[];

/* 1 found, 0 none. */
int direct_find(struct db *db, struct arena *a, int64_t user_a, int64_t user_b,
    int64_t *conv_id_out, struct error *err);
/* DUPLICATE if another request was first. */
int direct_insert(struct db *db, int64_t user_a, int64_t user_b,
    int64_t conv_id, struct error *err);

#endif
