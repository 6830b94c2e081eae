#include "im/consumer/parked.h"

#include "im/consumer/parked_sql.h"

/* Of one line and one byte a character, whatever an error says. */
static struct str printable(struct arena *a, struct str s)
{
	size_t n = s.len < PARKED_REASON_MAX ? s.len : PARKED_REASON_MAX;
	char *p = arena_alloc(a, n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = s.p[i] < ' ' || s.p[i] > '~' ? '?' : s.p[i];
	return (struct str){ p, n };
}

int parked_put(struct db *db, struct arena *a, const struct parked *p,
    struct error *err)
{
	struct parked row = *p;
	int64_t matched;

	row.reason = printable(a, p->reason);
	if (parked_sql_put(db, &row, &matched, err) < 0)
		return -1;
	return matched > 0;
}

int parked_list(struct db *db, struct arena *a, const struct parked *after,
    int64_t limit, struct parked **out, size_t *n_out, struct error *err)
{
	return parked_sql_list(db, a, after, limit, out, n_out, err);
}

int parked_requeue(struct db *db, const struct parked *rows, size_t n,
    int64_t *n_out, struct error *err)
{
	*n_out = 0;
	return n ? parked_sql_requeue(db, rows, n, n_out, err) : 0;
}
