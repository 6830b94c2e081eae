#include "im/site/idem.h"

#include "im/site/idem_sql.h"

int idem_find(struct db *db, struct arena *a, struct idem *i, struct error *err)
{
	struct idem first = { 0 };
	int found = idem_sql_get(db, a, i, &first, err);

	if (found <= 0)
		return found;
	if (!str_eq(first.request_hash, i->request_hash))
		return err_field(err, ERR_CONFLICT, "Idempotency-Key",
		    "the key was used for another request");
	i->status = first.status;
	i->body = first.body;
	return 1;
}

int idem_claim(struct db *db, struct idem *i, struct error *err)
{
	if (idem_sql_forget_old(db, i, err) < 0)
		return -1;
	return idem_sql_insert(db, i, err);
}

int idem_keep(struct db *db, const struct idem *i, struct error *err)
{
	return idem_sql_keep(db, i, err);
}

int idem_note(struct db *db, const struct idem *rows, size_t n,
    struct error *err)
{
	return n > 0 ? idem_sql_note(db, rows, n, err) : 0;
}
