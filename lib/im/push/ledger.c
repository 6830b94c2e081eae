#include "im/push/ledger.h"

#include <stdlib.h>

#include "base/conf.h"
#include "base/order.h"
#include "im/push/ledger_sql.h"

/* One in so many rows looks whether its user has too many. */
#define LOOK_EACH 16

static int bound(struct db *db, struct arena *a, int64_t user_id,
    struct error *err)
{
	int64_t n;

	if (ledger_sql_count(db, user_id, &n, err) < 0)
		return -1;
	if (n <= conf.push.ledger_rows)
		return 0;
	return ledger_sql_drop_oldest(db, a, user_id, n - conf.push.ledger_rows,
	    err);
}

int ledger_put(struct db *db, struct arena *a, const struct ledger *rows,
    size_t n, struct error *err)
{
	struct ledger *in = ARENA_ARRAY(a, n + 1, struct ledger);

	if (!n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		in[i] = rows[i];
		if (!in[i].reason.p)
			in[i].reason = STR("");
	}
	if (ledger_sql_put(db, in, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].ledger_id % LOOK_EACH == 0 &&
		    bound(db, a, rows[i].user_id, err) < 0)
			return -1;
	}
	return 0;
}

int ledger_add_attempts(struct db *db, const struct ledger_attempt *rows,
    size_t n, struct error *err)
{
	return n ? ledger_sql_add_attempts(db, rows, n, err) : 0;
}

int ledger_list(struct db *db, struct arena *a, const struct ledger_query *q,
    struct ledger **out, size_t *n_out, struct error *err)
{
	return ledger_sql_list(db, a, q, out, n_out, err);
}

static int by_place(const void *x, const void *y)
{
	const struct ledger_attempt *a = x, *b = y;

	return order_pair(a->ledger_id, b->ledger_id, a->attempt, b->attempt);
}

int ledger_attempts(struct db *db, struct arena *a, const struct ledger *rows,
    size_t n, struct ledger_attempt **out, size_t *n_out, struct error *err)
{
	int64_t(*pairs)[2] = arena_alloc(a, (n + 1) * sizeof(*pairs));

	*n_out = 0;
	*out = NULL;
	if (!n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = rows[i].user_id;
		pairs[i][1] = rows[i].ledger_id;
	}
	if (ledger_sql_attempts(db, a, db_pairs(a, pairs, n), out, n_out, err) <
	    0)
		return -1;
	qsort(*out, *n_out, sizeof(**out), by_place);
	return 0;
}

int ledger_age(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err)
{
	struct ledger *rows;
	size_t n;

	*n_out = 0;
	if (ledger_sql_old(db, a, users, before_ms, limit, &rows, &n, err) < 0)
		return -1;
	return n ? ledger_sql_drop(db, rows, n, n_out, err) : 0;
}
