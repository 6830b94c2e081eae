#include "im/consumer/follow.h"

#include <stdlib.h>

#include "base/id.h"
#include "base/order.h"
#include "im/consumer/follow_sql.h"

#define IDS_MAX   4000 /* ids of one look */
#define DIRTY_MAX 200

int64_t follow_id_at(int64_t ms)
{
	return ms <= ID_EPOCH_MS ? 0
	       : ms > ID_LAST_MS ? INT64_MAX
				 : (ms - ID_EPOCH_MS) << 22;
}

void follow_begin(struct follow *f, int64_t scan_at)
{
	f->scan_at = f->newest = f->back[0] = f->back[1] = scan_at;
	f->began = true;
}

int64_t follow_begin_at(const struct follow *f)
{
	return f->back[0];
}

/* ---- hints ---- */

static void hint(struct follow *f, const struct follow_hint *h)
{
	for (size_t i = f->n_hints; i-- > 0;) {
		struct follow_hint *known = &f->hints[i];

		if (known->conv_id != h->conv_id)
			continue;
		if (known->head < h->head)
			known->head = h->head;
		if (h->first && (!known->first || h->first < known->first))
			known->first = h->first;
		known->is_marked |= h->is_marked;
		return;
	}
	/* Without room it is found again by the sweep. */
	if (f->n_hints < FOLLOW_HINTS)
		f->hints[f->n_hints++] = *h;
}

static int by_log(const void *x, const void *y)
{
	const struct follow_hint *a = x, *b = y;

	return order_pair(a->conv_id, b->conv_id, a->head, b->head);
}

/* A log that is there many times becomes one, up to the highest. */
static size_t fold(const struct follow_tools *t, struct follow_hint *at,
    size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(at, n, sizeof(*at), by_log);
	for (size_t i = 0; i < n; i++) {
		if (kept && at[kept - 1].conv_id == at[i].conv_id)
			at[kept - 1].head = at[i].head;
		else if (t->is_ours(t->arg, at[i].conv_id))
			at[kept++] = at[i];
	}
	return kept;
}

static int read_cursors(const struct follow_tools *t,
    const struct follow_hint *at, size_t n, int64_t **done_out,
    struct error *err)
{
	struct follow_log *logs = ARENA_ARRAY(t->arena, n, struct follow_log);

	*done_out = ARENA_ARRAY(t->arena, n, int64_t);
	for (size_t i = 0; i < n; i++)
		logs[i] = (struct follow_log){ at[i].conv_id, at[i].head };
	return n ? t->cursors(t->arg, logs, n, *done_out, err) : 0;
}

/* Ascending. */
static int consider(struct follow *f, const struct follow_tools *t,
    struct follow_hint *at, size_t n, struct error *err)
{
	int64_t *done;

	n = fold(t, at, n);
	if (read_cursors(t, at, n, &done, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (done[i] == FOLLOW_NO_CURSOR ? at[i].first > 0
						: done[i] < at[i].head)
			hint(f, &at[i]);
	return 0;
}

/* ---- by ids ---- */

/* A round of looking at ids is over; the next one begins where it ended, or
 * further back. */
static void next_round(struct follow *f, int64_t now_ms)
{
	f->scan_at = f->newest;
	if (now_ms - f->back_ms < FOLLOW_BACK_MS)
		return;
	f->back_ms = now_ms;
	f->scan_at = f->back[0];
	f->back[0] = f->back[1];
	f->back[1] = f->newest;
}

/* Ids of a clock that is ahead are looked at until their time has come. */
static int scan(struct follow *f, const struct follow_tools *t, int64_t now_ms,
    struct error *err)
{
	int64_t now_id = follow_id_at(now_ms);
	struct follow_place *at;
	struct follow_hint *logs;
	size_t n;

	if (follow_sql_ids(t->db, t->arena, f->scan_at, IDS_MAX, &at, &n, err) <
	    0)
		return -1;
	logs = ARENA_ARRAY(t->arena, n, struct follow_hint);
	for (size_t i = 0; i < n; i++)
		logs[i] = (struct follow_hint){ at[i].conv_id, at[i].conv_index,
			at[i].conv_index, false };
	if (consider(f, t, logs, n, err) < 0)
		return -1;
	if (n) {
		f->scan_at = at[n - 1].msg_id;
		if (f->newest < f->scan_at)
			f->newest = f->scan_at < now_id ? f->scan_at : now_id;
	}
	if (n == IDS_MAX && f->scan_at < now_id)
		return 1;
	next_round(f, now_ms);
	return 0;
}

/* ---- by marks, and by the sweep ---- */

/* Of one partition. */
static int take_marks(struct follow *f, const struct follow_tools *t, int part,
    struct error *err)
{
	const struct follow_part at = { t->consumer, part,
		f->dirty_after[part] };
	struct follow_log *rows;
	struct follow_hint *logs;
	int64_t *done;
	size_t n, n_ours;

	if (follow_sql_dirty(t->db, t->arena, &at, DIRTY_MAX, &rows, &n, err) <
	    0)
		return -1;
	f->dirty_after[part] = n == DIRTY_MAX ? rows[n - 1].conv_id : 0;
	logs = ARENA_ARRAY(t->arena, n, struct follow_hint);
	/* An entry of an old id is not found by it, so the mark says where. */
	for (size_t i = 0; i < n; i++)
		logs[i] = (struct follow_hint){ rows[i].conv_id, rows[i].head,
			rows[i].head, true };
	n_ours = fold(t, logs, n);
	if (read_cursors(t, logs, n_ours, &done, err) < 0)
		return -1;
	for (size_t i = 0; i < n_ours; i++)
		if (done[i] >= logs[i].head)
			f->done_marks[f->n_done_marks++] = (struct follow_log){
				logs[i].conv_id, logs[i].head
			};
		else
			hint(f, &logs[i]);
	return 0;
}

static int take_dirty(struct follow *f, const struct follow_tools *t,
    struct error *err)
{
	f->done_marks = ARENA_ARRAY(t->arena, DIRTY_MAX * CONV_PARTS,
	    struct follow_log);
	f->n_done_marks = 0;
	for (int p = 0; p < CONV_PARTS; p++)
		if (take_marks(f, t, p, err) < 0)
			return -1;
	return 0;
}

static int sweep(struct follow *f, const struct follow_tools *t,
    struct error *err)
{
	struct follow_hint *logs;
	struct follow_log *rows;
	size_t n;

	if (follow_logs(t->db, t->arena, f->sweep_after, &rows, &n, err) < 0)
		return -1;
	f->sweep_after = n == FOLLOW_SWEEP ? rows[n - 1].conv_id : 0;
	logs = ARENA_ARRAY(t->arena, n, struct follow_hint);
	for (size_t i = 0; i < n; i++)
		logs[i] = (struct follow_hint){ rows[i].conv_id, rows[i].head,
			0, false };
	return consider(f, t, logs, n, err);
}

int follow_find(struct follow *f, const struct follow_tools *t, int64_t now_ms,
    struct error *err)
{
	int more = scan(f, t, now_ms, err);

	if (more < 0 || take_dirty(f, t, err) < 0 || sweep(f, t, err) < 0)
		return -1;
	return more;
}

int follow_clean(struct follow *f, const struct follow_tools *t,
    struct error *err)
{
	for (size_t i = 0; i < f->n_done_marks; i++)
		if (follow_sql_clean(t->db, t->consumer, &f->done_marks[i],
			err) < 0)
			return -1;
	return 0;
}

int follow_pass(const struct follow_tools *t, const struct follow_hint *h,
    struct error *err)
{
	const struct follow_log mark = { h->conv_id, h->head };

	return h->is_marked ? follow_sql_clean(t->db, t->consumer, &mark, err)
			    : 0;
}

int follow_logs(struct db *db, struct arena *a, int64_t after,
    struct follow_log **out, size_t *n_out, struct error *err)
{
	return follow_sql_logs(db, a, after, FOLLOW_SWEEP, out, n_out, err);
}

int follow_cursors(struct db *db, struct arena *a, enum consumer consumer,
    const int64_t *conv_ids, size_t n, struct follow_cursor **out,
    size_t *n_out, struct error *err)
{
	*n_out = 0;
	return n ? follow_sql_cursors(db, a, consumer, conv_ids, n, out, n_out,
		       err)
		 : 0;
}

int follow_move(struct db *db, const struct follow_cursor *was,
    const struct follow_cursor *now, struct error *err)
{
	int rc;

	if (was->done_index == FOLLOW_NO_CURSOR) {
		if (follow_sql_insert(db, now, err) == 0)
			return 0;
		rc = db_is_duplicate(db) ? 0 : -1;
	} else
		rc = follow_sql_move(db, was, now, err);
	return rc ? rc < 0 ? -1 : 0
		  : err_set(err, ERR_MOVED, "a cursor has moved");
}
