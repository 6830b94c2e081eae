/*
 * idem: the first answer to an Idempotency-Key, kept for a day.
 *
 * The row is a part of the transaction of the effect: it is put there before
 * the work begins and gets the answer before the commit, so there is an
 * answer exactly when there is an effect.  A second request with the key waits
 * for the first one's transaction, and then finds its answer, or works itself
 * if there was no effect.  Rows are keyed by what the effect is keyed by, so
 * that both are of one shard.
 */
#ifndef IM_IDEM_H
#define IM_IDEM_H

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
 * first answer, 0 when there is none; CONFLICT when the key was used for
 * another request.
 */
int idem_find(struct db *db, struct arena *a, struct idem *i,
    struct error *err);

/* First in the transaction: 1 the key is ours, 0 another has it (and has
 * committed). */
int idem_claim(struct db *db, struct idem *i, struct error *err);
/* Last in it: the answer of status and body. */
int idem_keep(struct db *db, const struct idem *i, struct error *err);

#endif
