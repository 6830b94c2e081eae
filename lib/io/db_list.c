/* Lists as parameters. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ids.h"
#include "io/db_private.h"

struct str db_int_rows(struct arena *a, const struct db_field *f,
    const void *in, size_t n, size_t stride)
{
	size_t n_fields = db_fields_count(f), len = 0, i, k;
	size_t cap = n * (n_fields * 21 + 3) + 3;
	char *p = arena_alloc(a, cap);

	p[len++] = '[';
	for (i = 0; i < n; i++) {
		const char *row = (const char *)in + i * stride;

		for (k = 0; k < n_fields; k++) {
			int64_t v;

			BUG_ON(f[k].type != DB_TYPE_I64);
			memcpy(&v, row + f[k].offset, sizeof(v));
			len += (size_t)snprintf(p + len, cap - len,
			    "%s%" PRId64,
			    k > 0   ? ","
			    : i > 0 ? ",["
				    : "[",
			    v);
		}
		p[len++] = ']';
	}
	p[len++] = ']';
	return (struct str){ p, len };
}

struct str db_list(struct arena *a, const int64_t *ids, size_t n)
{
	size_t cap = n * 21 + 3, len = 0, i;
	char *p = arena_alloc(a, cap);

	p[len++] = '[';
	for (i = 0; i < n; i++)
		len += (size_t)snprintf(p + len, cap - len, "%s%" PRId64,
		    i > 0 ? "," : "", ids[i]);
	p[len++] = ']';
	return (struct str){ p, len };
}

struct str db_set(struct arena *a, const int64_t *ids, size_t n)
{
	int64_t *sorted = ARENA_ARRAY(a, n, int64_t);

	for (size_t i = 0; i < n; i++)
		sorted[i] = ids[i];
	return db_list(a, sorted, ids_sort_distinct(sorted, n));
}

struct str db_pairs(struct arena *a, const int64_t (*pairs)[2], size_t n)
{
	static const struct db_field fields[] = { { DB_TYPE_I64, 0 },
		{ DB_TYPE_I64, sizeof(int64_t) }, DB_END };

	return db_int_rows(a, fields, pairs, n, sizeof(*pairs));
}
