#include "im/consumer/aged.h"

#include "im/consumer/aged_sql.h"

int consumer_aged_mentions(struct db *db, struct arena *a, struct str users,
    int64_t limit, int64_t *n_out, struct error *err)
{
	struct consumer_aged_mention *rows;
	size_t n;

	*n_out = 0;
	if (consumer_aged_sql_mentions(db, a, users, limit, &rows, &n, err) < 0)
		return -1;
	return n ? consumer_aged_sql_drop(db, rows, n, n_out, err) : 0;
}
