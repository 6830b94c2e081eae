#include "im/consumer/parked.h"

#include <inttypes.h>

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

int parked_drop(struct db *db, struct arena *a, struct parked_drop *d,
    struct error *err)
{
	int found = parked_sql_hold(db, a, d, err);
	int64_t n;

	if (found <= 0)
		return found;
	d->from = d->row.done_index + 1;
	if (!d->upto)
		d->upto = d->from;
	if (d->upto < d->from || d->upto > d->row.head)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "the entries that wait are %" PRId64 " to %" PRId64,
		    d->from, d->row.head);
	d->row.done_index = d->upto;
	if (d->hi_index <= d->upto) {
		d->hi_index = d->upto;
		d->after_user_id = 0;
	}
	if (parked_sql_move(db, d, err) < 0 || parked_sql_clean(db, d, err) < 0)
		return -1;
	return parked_sql_requeue(db, &d->row, 1, &n, err) < 0 ? -1 : 1;
}
