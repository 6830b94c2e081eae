#include "im/conv/aged.h"

#include "base/id.h"
#include "im/conv/aged_sql.h"

int conv_aged_clients(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err)
{
	struct conv_aged_client *rows;
	size_t n;

	*n_out = 0;
	if (conv_aged_sql_clients(db, a, users, id_first_at(before_ms), limit,
		&rows, &n, err) < 0)
		return -1;
	return n ? conv_aged_sql_drop_clients(db, rows, n, n_out, err) : 0;
}
