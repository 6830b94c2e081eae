#include "base/ids.h"

#include <stdlib.h>

#include "base/order.h"

static int by_id(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return order_i64(a, b);
}

size_t ids_sort_distinct(int64_t *ids, size_t n)
{
	size_t kept = 0;

	/* Passing NULL to qsort() is undefined, even with n 0. */
	if (n == 0)
		return 0;
	qsort(ids, n, sizeof(*ids), by_id);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || ids[kept - 1] != ids[i])
			ids[kept++] = ids[i];
	return kept;
}

ptrdiff_t ids_find(const int64_t *ids, size_t n, int64_t id)
{
	const int64_t *at = NULL;

	if (n > 0)
		at = bsearch(&id, ids, n, sizeof(*ids), by_id);
	return at ? at - ids : -1;
}
