/*
 * erasure: a person leaves for good, and takes with them what they have said.
 *
 * erasure_begin() is one transaction: from its commit on the user is unknown by
 * id and by name, cannot log in, and their name is free.  What remains is done
 * by im-erase, in small transactions, each with its checkpoint in the row, so
 * it can be resumed anywhere:
 *   pass 0: sessions, and contacts, whose other side is told
 *   pass 1: conversations (im/conv/erase_log.h)
 *   pass 2: the same again, after ERASURE_SETTLE_MS: for what requests did that
 *           had begun before; then what is the user's own, and their exports
 * Ids and numbers stay: inbox, chats and marks name the user, and say nothing.
 */
#ifndef IM_ERASURE_H
#define IM_ERASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/cache.h"
#include "io/db.h"

#define ERASURE_SETTLE_MS (INT64_C(120) * 1000)

struct erasure {
	int64_t user_id, app_id;
	int64_t asked_ms;
	int64_t due_ms; /* 0: it is done */
	int64_t pass, conv_id, conv_index;
};

extern const struct db_stmt *const erasure_statements[];
/* Of im-erase. */
extern const struct db_stmt *const erasure_due_statements[];

/*
 * In a transaction of its own: 1 begun, 0 it was before.  NOT_FOUND.  The
 * caller then ends the sessions, and wakes im-erase.
 */
int erasure_begin(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, struct error *err);

/* ---- the job ---- */

int erasure_due(struct db *db, struct arena *a, int64_t limit,
    struct erasure **out, size_t *n_out, struct error *err);
/* The first conversation of the user from conv_id on; 0: there is none. */
int erasure_next_conv(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, int64_t *conv_id_out, struct error *err);
/* Keeps pass, conv_id, conv_index and due_ms, in the transaction of what they
 * say is done. */
int erasure_keep(struct db *db, const struct erasure *e, struct error *err);
/* In a transaction: a part of what is the user's own.  true: nothing is
 * left. */
int erasure_drop_own(struct db *db, const struct erasure *e, bool *done_out,
    struct error *err);

#endif
