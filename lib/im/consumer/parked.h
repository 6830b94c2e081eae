/*
 * parked: conversations that a consumer has given up until a person acts.
 *
 * The transaction for a parked conversation fails for a reason that another try
 * does not mend.  Its row in log_dirty stays, with the reason: so nothing is
 * lost, the consumer passes it over, and a send that marks it again (which
 * keeps these columns) costs no more than any other.  It stays parked, with
 * whatever is sent meanwhile, until parked_requeue(); then the consumer goes on
 * at its cursor.
 */
#ifndef IM_PARKED_H
#define IM_PARKED_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "im/site/consumer.h"
#include "io/db.h"

#define PARKED_REASON_MAX 255

extern const struct db_stmt *const parked_statements[];
/* Of the operator's tool. */
extern const struct db_stmt *const parked_drop_statements[];

struct parked {
	int64_t consumer, part, conv_id;
	int64_t head, since_ms; /* as in log_dirty */
	int64_t done_index;     /* of the consumer's cursor */
	int64_t parked_ms;
	struct str reason;
};

/* In the consumer's transaction, behind its fence: 1 parked, 0 if it is parked
 * already or has no mark of work.  The reason is stored as printable ASCII, cut
 * to PARKED_REASON_MAX. */
int parked_put(struct db *db, struct arena *a, const struct parked *p,
    struct error *err);

/* At most limit of them behind (after->part, after->conv_id), in this order. */
int parked_list(struct db *db, struct arena *a, const struct parked *after,
    int64_t limit, struct parked **out, size_t *n_out, struct error *err);

/* Lets the consumer take them again; wake it after the commit.  n_out: how many
 * were parked. */
int parked_requeue(struct db *db, const struct parked *rows, size_t n,
    int64_t *n_out, struct error *err);

/* What parked_drop() gives up: nobody gets these entries from the consumer. */
struct parked_drop {
	struct parked row; /* by consumer, part, conv_id; the rest is filled */
	int64_t hi_index, after_user_id;
	int64_t from, upto; /* upto 0 before the call: one entry */
};

/*
 * In a transaction: moves the cursor behind the next entry, or up to `upto`,
 * and lets the consumer go on there; wake it after the commit.  The members
 * whom a pass under way has served already keep what they have.  1 done, 0 it
 * is not parked.  INVALID_ARGUMENT: no such entry waits.
 */
int parked_drop(struct db *db, struct arena *a, struct parked_drop *d,
    struct error *err);

#endif
