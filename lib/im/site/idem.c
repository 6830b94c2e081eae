#include "im/site/idem.h"

#include "base/clock.h"
#include "im/site/idem_sql.h"

static int running(struct error *err)
{
	return err_field(err, ERR_CONFLICT, "Idempotency-Key",
	    "the first request with this key still runs");
}

int idem_begin(struct db *db, struct arena *a, struct idem *i,
    struct error *err)
{
	struct idem old = { 0 };
	int64_t age;
	int rc;

	i->created_ms = clock_now_ms();
	rc = idem_sql_insert(db, i, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = idem_sql_get(db, a, i, &old, err);
	if (rc < 0)
		return -1;
	/* Set free just now. */
	if (rc == 0)
		return running(err);
	age = i->created_ms - old.created_ms;
	if (age < IDEM_KEEP_MS && !str_eq(old.request_hash, i->request_hash))
		return err_field(err, ERR_CONFLICT, "Idempotency-Key",
		    "the key was used for another request");
	if (age >= IDEM_KEEP_MS || (!old.status && age >= IDEM_STALE_MS)) {
		rc = idem_sql_take(db, i, old.created_ms, err);
		return rc > 0 ? 0 : rc < 0 ? -1 : running(err);
	}
	if (!old.status)
		return running(err);
	i->status = old.status;
	i->body = old.body.p ? old.body : STR("");
	return 1;
}

int idem_end(struct db *db, const struct idem *i, struct error *err)
{
	return i->status ? idem_sql_finish(db, i, err)
			 : idem_sql_delete(db, i, err);
}
