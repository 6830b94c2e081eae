#include "im/conv/place.h"

#include <stdlib.h>

#include "base/order.h"
#include "im/conv/place_sql.h"

static int by_ref(const void *x, const void *y)
{
	const struct entry_ref *a = x, *b = y;

	return order_i64(a->conv_id, b->conv_id);
}

int place_load(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct place **out, size_t *n_out,
    struct error *err)
{
	struct entry_ref *sorted = ARENA_ARRAY(a, n, struct entry_ref);
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));

	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		sorted[i] = refs[i];
	qsort(sorted, n, sizeof(*sorted), by_ref);
	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = sorted[i].conv_id;
		pairs[i][1] = sorted[i].conv_index;
	}
	return place_sql_load(db, a, db_pairs(a, pairs, n), user_id, out, n_out,
	    err);
}

static int by_conv(const void *key, const void *item)
{
	int64_t id = *(const int64_t *)key;
	const struct place *p = item;

	return order_i64(id, p->conv.conv_id);
}

const struct place *place_pick(const struct place *places, size_t n,
    int64_t conv_id)
{
	if (n == 0)
		return NULL;
	return bsearch(&conv_id, places, n, sizeof(*places), by_conv);
}
