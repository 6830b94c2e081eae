#include "im/conv/receipt.h"

#include "im/conv/receipt_sql.h"

int receipt_list(struct db *db, struct arena *a, enum receipt_state state,
    const struct receipt_query *q, struct receipt **out, size_t *n_out,
    struct error *err)
{
	switch (state) {
	case RECEIPT_READ:
		return receipt_sql_read(db, a, q, out, n_out, err);
	case RECEIPT_DELIVERED:
		return receipt_sql_delivered(db, a, q, out, n_out, err);
	case RECEIPT_UNREAD:
		return receipt_sql_unread(db, a, q, out, n_out, err);
	}
	BUG("receipt state %d", state);
}

int receipt_count(struct db *db, struct arena *a, const struct receipt_query *q,
    struct receipt_counts *out, struct error *err)
{
	return receipt_sql_count(db, a, q, out, err);
}
