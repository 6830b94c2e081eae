/*
 * explain: why did this user get no push?  What the ledger says, and what is
 * still due.
 */
#ifndef IM_EXPLAIN_H
#define IM_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/push/ledger.h"
#include "io/db.h"

/* Its statements are ledger_statements, push_job_list_statements,
 * registration_list_statements and, for a message, those of im/conv/entry,
 * im/conv/archive and im/conv/conv. */

struct explain_query {
	int64_t app_id, user_id;
	struct str device_id; /* p NULL: all */
	int64_t msg_id;       /* 0: any; else what tells of this message */
	int64_t before_id;    /* the next page: `next` of the one before; 0 */
	int64_t limit;
};

/* What is due has ledger_id 0, LEDGER_WAITING, and as its reason the state of
 * its job. */
struct explained {
	struct ledger row;
	const struct ledger_attempt *attempts;
	size_t n_attempts;
};

/*
 * Newest first, on the first page what is due before all others, which may make
 * it longer than limit.  next_out: 0: there are no more.  NOT_FOUND: no such
 * message in the app.
 */
int explain(struct db *db, struct arena *a, const struct explain_query *q,
    struct explained **out, size_t *n_out, int64_t *next_out,
    struct error *err);

#endif
