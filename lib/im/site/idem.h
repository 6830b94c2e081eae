/*
 * idem: the first answer to an Idempotency-Key, kept for a day.
 *
 * The row is written in the transaction of the effect: inserted before the work
 * begins and completed with the answer before the commit, so the answer exists
 * exactly if the effect does.  A second request with the key waits for the
 * first one's transaction, and then finds its answer, or does the work if there
 * was no effect.  Rows have the shard key of the effect, so that both are in
 * one shard.
 */
#ifndef IM_IDEM_H
#define IM_IDEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

#define IDEM_KEEP_MS (INT64_C(24) * 3600 * 1000)

struct idem {
	int64_t shard_id; /* the conversation, or the user */
	int64_t user_id;
	struct str key;          /* <= 64 printable ASCII */
	struct str request_hash; /* SHA-256 */
	int64_t status;          /* of the answer */
	struct str body;
};

extern const struct db_stmt *const idem_statements[];

/*
 * in: shard_id, user_id, key, request_hash.  1 with status and body of the
 * first answer, 0 if there is none; CONFLICT if the key was used for another
 * request.
 */
int idem_find(struct db *db, struct arena *a, struct idem *i,
    struct error *err);

/* First in the transaction: 1 the key is ours, 0 another request has committed
 * it. */
int idem_claim(struct db *db, struct idem *i, struct error *err);
/* Last in the transaction: stores the answer, status and body. */
int idem_keep(struct db *db, const struct idem *i, struct error *err);

/*
 * In the transaction of effects that are repeated by other means (a send has
 * its client id): notes what the keys were used for, so that another request
 * with one of them is refused.  Keys that are there stay as they are.
 */
int idem_note(struct db *db, const struct idem *rows, size_t n,
    struct error *err);

#endif
