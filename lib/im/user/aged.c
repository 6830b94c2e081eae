#include "im/user/aged.h"

#include "base/id.h"
#include "im/user/aged_sql.h"
#include "im/user/inbox.h"

int user_aged_next(struct db *db, struct arena *a, int64_t after, int64_t limit,
    struct db_id **out, size_t *n_out, struct error *err)
{
	return user_aged_sql_next(db, a, after, limit, out, n_out, err);
}

int user_aged_sessions(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err)
{
	struct user_aged_session *rows;
	size_t n;

	*n_out = 0;
	if (user_aged_sql_sessions(db, a, users, before_ms, limit, &rows, &n,
		err) < 0)
		return -1;
	return n ? user_aged_sql_drop_sessions(db, rows, n, n_out, err) : 0;
}

int user_aged_jwts(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err)
{
	struct user_aged_session *rows;
	size_t n;

	*n_out = 0;
	if (user_aged_sql_jwts(db, a, users, before_ms, limit, &rows, &n, err) <
	    0)
		return -1;
	return n ? user_aged_sql_drop_jwts(db, rows, n, n_out, err) : 0;
}

int user_aged_exports(struct db *db, int64_t app_id, int64_t before_ms,
    int64_t limit, int64_t *n_out, struct error *err)
{
	return user_aged_sql_exports(db, app_id, id_first_at(before_ms), limit,
	    n_out, err);
}

/* ---- inboxes ---- */

int user_aged_inboxes(struct db *db, struct arena *a, struct str users,
    const struct user_aged_policy *p, struct db_id **out, size_t *n_out,
    struct error *err)
{
	return user_aged_sql_inboxes(db, a, users, p, out, n_out, err);
}

/* Up to the first event that is kept: they are in the order of their numbers,
 * and almost in that of their times. */
static int64_t new_floor(const struct inbox_seq *seq,
    const struct user_aged_policy *p, const struct inbox_row *rows, size_t n)
{
	int64_t floor = seq->floor_index, keep = seq->last_index - p->rows_max;

	for (size_t i = 0;
	     i < n && rows[i].user_index == floor + 1 &&
	     (rows[i].user_index <= keep || rows[i].at_ms < p->before_ms);
	     i++)
		floor++;
	return floor;
}

int user_aged_raise(struct db *db, struct arena *a, int64_t user_id,
    const struct user_aged_policy *p, int64_t limit, int64_t *raised_out,
    struct error *err)
{
	struct inbox_seq *seq;
	struct inbox_row *rows;
	size_t n, n_rows;
	int64_t floor;

	*raised_out = 0;
	if (inbox_lock(db, a, &user_id, 1, &seq, &n, err) < 0)
		return -1;
	if (n == 0)
		return 0;
	if (inbox_after(db, a, user_id, seq->floor_index, limit, &rows, &n_rows,
		err) < 0)
		return -1;
	floor = new_floor(seq, p, rows, n_rows);
	if (floor == seq->floor_index)
		return 0;
	*raised_out = floor - seq->floor_index;
	return user_aged_sql_floor(db, user_id, floor, err);
}

int user_aged_events(struct db *db, struct arena *a, int64_t user_id,
    int64_t limit, int64_t *n_out, struct error *err)
{
	struct inbox_seq seq;
	int found = inbox_seq_get(db, a, user_id, &seq, err);

	*n_out = 0;
	if (found <= 0)
		return found;
	return user_aged_sql_events(db, user_id, seq.floor_index, limit, n_out,
	    err);
}
