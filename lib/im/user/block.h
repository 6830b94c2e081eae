/*
 * block: whom a user does not want to hear from.
 *
 * A row is a fact of the one who blocks.  What it means for the direct chat of
 * the pair is a copy in the member's row there: im/conv/refusal.h writes both.
 */
#ifndef IM_BLOCK_H
#define IM_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

#define BLOCKS_MAX 10000 /* of a user */

struct block {
	int64_t user_id, blocked_id;
	int64_t blocked_ms;
};

extern const struct db_stmt *const block_statements[];
/* Of block_has() and block_by(). */
extern const struct db_stmt *const block_reader_statements[];
/* Of block_list(). */
extern const struct db_stmt *const block_list_statements[];

/* Whether user_id has blocked blocked_id: 1 or 0. */
int block_has(struct db *db, struct arena *a, int64_t user_id,
    int64_t blocked_id, struct error *err);

/* Those of n users who have blocked blocked_id, ascending. */
int block_by(struct db *db, struct arena *a, const int64_t *users, size_t n,
    int64_t blocked_id, int64_t **out, size_t *n_out, struct error *err);

/* By blocked_id, ascending. */
int block_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t after_id, int64_t limit, struct block **out, size_t *n_out,
    struct error *err);

/*
 * In the transaction of the lock on user_id's user_seq: 1 changed, 0 it was so.
 * CONFLICT: too many.
 */
int block_set(struct db *db, struct arena *a, const struct block *b, bool on,
    struct error *err);

#endif
