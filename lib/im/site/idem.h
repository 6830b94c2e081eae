/*
 * idem: the first answer to an Idempotency-Key, kept for a day.
 *
 * The row is put there before the work begins, so of two requests with one
 * key only one works.  One whose process died is free again after
 * IDEM_STALE_MS.
 */
#ifndef IM_IDEM_H
#define IM_IDEM_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

#define IDEM_KEEP_MS  (INT64_C(24) * 3600 * 1000)
#define IDEM_STALE_MS (INT64_C(60) * 1000)

struct idem {
	int64_t user_id;
	struct str key;          /* <= 64 printable ASCII */
	struct str request_hash; /* SHA-256 */
	int64_t status;          /* 0: in flight */
	struct str body;
	int64_t created_ms;
};

extern const struct db_stmt *const idem_statements[];

/*
 * in: user_id, key, request_hash.  1 with status and body of the first
 * answer, 0 when the work is the caller's to do (created_ms is filled and
 * needed by idem_end()), CONFLICT when the key was used for another request
 * or the first one still runs.
 */
int idem_begin(struct db *db, struct arena *a, struct idem *i,
    struct error *err);

/* Keeps the answer, or with status 0 sets the key free. */
int idem_end(struct db *db, const struct idem *i, struct error *err);

#endif
