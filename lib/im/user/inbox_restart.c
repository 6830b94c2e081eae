#include "im/user/inbox_restart.h"

#include "base/crypto.h"
#include "im/user/drift.h"
#include "im/user/inbox_restart_sql.h"

int inbox_restart(struct db *db, struct arena *a, int64_t user_id,
    struct error *err)
{
	struct inbox_seq seq = { .user_id = user_id };
	int found = inbox_restart_sql_top(db, a, &seq, err);

	if (found <= 0)
		return found;
	/* A device that has all of the old numbers is below the floor, too. */
	seq.last_index++;
	crypto_random(&seq.stream_id, sizeof(seq.stream_id));
	seq.stream_id = (seq.stream_id & INT64_MAX) | 1;
	if (inbox_restart_sql_put(db, &seq, err) < 0 ||
	    drift_mend_badge(db, user_id, NULL, err) < 0)
		return -1;
	return 1;
}

int inbox_sweep(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err)
{
	return inbox_restart_sql_sweep(db, user_id, INBOX_SWEEP, n_out, err);
}
