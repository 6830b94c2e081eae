#include "im/consumer/indexing.h"

#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "im/consumer/indexing_batch.h"
#include "im/consumer/indexing_sql.h"
#include "io/fts_doc.h"

#define IDS_MAX     4000 /* ids of one look */
#define ENTRIES_MAX 1000 /* entries of a transaction */
#define DIRTY_MAX   200
#define EXPIRE_MAX  200

/* ---- finding work ---- */

static void hint(struct indexing *x, int64_t conv_id, int64_t head)
{
	for (size_t i = x->n_hints; i-- > 0;)
		if (x->hints[i].conv_id == conv_id) {
			if (x->hints[i].head < head)
				x->hints[i].head = head;
			return;
		}
	/* Without room it is found again by the sweep. */
	if (x->n_hints < INDEXING_HINTS)
		x->hints[x->n_hints++] = (struct indexing_hint){ conv_id,
			head };
}

static int consider(struct indexing *x, const struct indexing_tools *t,
    int64_t conv_id, int64_t head, struct error *err)
{
	struct fts_log log;

	if (!indexing_is_ours(t, conv_id))
		return 0;
	if (fts_log(t->fts, conv_id, &log, err) < 0)
		return -1;
	if (log.done_index < head)
		hint(x, conv_id, head);
	return 0;
}

static int by_log(const void *x, const void *y)
{
	const struct indexing_hint *a = x, *b = y;

	return order_pair(a->conv_id, b->conv_id, a->head, b->head);
}

/* A log that is there many times is considered once, up to the highest. */
static int consider_all(struct indexing *x, const struct indexing_tools *t,
    struct indexing_hint *at, size_t n, struct error *err)
{
	if (n)
		qsort(at, n, sizeof(*at), by_log);
	for (size_t i = 0; i < n; i++)
		if ((i + 1 == n || at[i + 1].conv_id != at[i].conv_id) &&
		    consider(x, t, at[i].conv_id, at[i].head, err) < 0)
			return -1;
	return 0;
}

/* A round of looking at ids is over; the next one begins where it ended, or
 * further back. */
static void next_round(struct indexing *x, int64_t now_ms)
{
	x->scan_at = x->newest;
	if (now_ms - x->back_ms < INDEXING_BACK_MS)
		return;
	x->back_ms = now_ms;
	x->scan_at = x->back[0];
	x->back[0] = x->back[1];
	x->back[1] = x->newest;
}

/* Ids of a clock that is ahead are looked at until their time has come. */
static int scan(struct indexing *x, const struct indexing_tools *t,
    int64_t now_ms, struct error *err)
{
	struct entry_place *at;
	struct indexing_hint *logs;
	int64_t now_id = indexing_id_at(now_ms);
	size_t n;

	if (indexing_sql_ids(t->db, t->arena, x->scan_at, IDS_MAX, &at, &n,
		err) < 0)
		return -1;
	logs = ARENA_ARRAY(t->arena, n, struct indexing_hint);
	for (size_t i = 0; i < n; i++)
		logs[i] = (struct indexing_hint){ at[i].conv_id,
			at[i].conv_index };
	if (consider_all(x, t, logs, n, err) < 0)
		return -1;
	if (n) {
		x->scan_at = at[n - 1].msg_id;
		if (x->newest < x->scan_at)
			x->newest = x->scan_at < now_id ? x->scan_at : now_id;
	}
	if (n == IDS_MAX && x->scan_at < now_id)
		return 1;
	next_round(x, now_ms);
	return 0;
}

static int take_dirty(struct indexing *x, const struct indexing_tools *t,
    struct indexing_hint *done, size_t *n_done, struct error *err)
{
	*n_done = 0;
	for (int p = 0; p < CONV_PARTS; p++) {
		struct indexing_hint *rows;
		struct fts_log log;
		size_t n;

		if (indexing_sql_dirty(t->db, t->arena, p, x->dirty_after[p],
			DIRTY_MAX, &rows, &n, err) < 0)
			return -1;
		x->dirty_after[p] = n == DIRTY_MAX ? rows[n - 1].conv_id : 0;
		for (size_t i = 0; i < n; i++) {
			if (!indexing_is_ours(t, rows[i].conv_id))
				continue;
			if (fts_log(t->fts, rows[i].conv_id, &log, err) < 0)
				return -1;
			if (log.done_index >= rows[i].head)
				done[(*n_done)++] = rows[i];
			else
				hint(x, rows[i].conv_id, rows[i].head);
		}
	}
	return 0;
}

static int sweep(struct indexing *x, const struct indexing_tools *t,
    struct error *err)
{
	struct indexing_hint *rows;
	size_t n;

	if (indexing_sql_logs(t->db, t->arena, x->sweep_after, INDEXING_SWEEP,
		&rows, &n, err) < 0)
		return -1;
	x->sweep_after = n == INDEXING_SWEEP ? rows[n - 1].conv_id : 0;
	return consider_all(x, t, rows, n, err);
}

static int begin(struct indexing *x, const struct indexing_tools *t,
    struct error *err)
{
	if (x->began)
		return 0;
	if (fts_get(t->fts, FTS_SCAN, &x->scan_at, err) < 0)
		return -1;
	x->newest = x->back[0] = x->back[1] = x->scan_at;
	x->began = true;
	return 0;
}

/* ---- one transaction ---- */

/* A log that is read on, up to where. */
struct taken {
	int64_t conv_id, to;
	int64_t log_n; /* in the index; when its cursor has moved */
};

struct work {
	const struct indexing_tools *t;
	struct indexing_tally *tally;
	struct taken *taken; /* ascending conv_id */
	size_t n_taken;
	struct indexing_batch news, targets;
	int64_t now_ms;
};

static int by_conv(const void *x, const void *y)
{
	return order_i64(((const struct taken *)x)->conv_id,
	    ((const struct taken *)y)->conv_id);
}

/* Of the hints so many that a transaction can do; what is left remains. */
static int choose(struct indexing *x, struct work *w, struct error *err)
{
	struct arena *a = w->t->arena;
	struct entry_ref *refs = ARENA_ARRAY(a, ENTRIES_MAX, struct entry_ref);
	size_t n = 0, kept = 0, left;

	w->taken = ARENA_ARRAY(a, x->n_hints, struct taken);
	for (size_t i = 0; i < x->n_hints; i++) {
		struct indexing_hint h = x->hints[i];
		struct fts_log log;
		int64_t to;

		left = ENTRIES_MAX - n;
		if (left && fts_log(w->t->fts, h.conv_id, &log, err) < 0)
			return -1;
		if (left && log.done_index >= h.head)
			continue;
		if (!left || h.head - log.done_index > (int64_t)left)
			x->hints[kept++] = h;
		if (!left)
			continue;
		to = h.head - log.done_index > (int64_t)left
			 ? log.done_index + (int64_t)left
			 : h.head;
		for (int64_t at = log.done_index + 1; at <= to; at++)
			refs[n++] = (struct entry_ref){ h.conv_id, at };
		w->taken[w->n_taken++] = (struct taken){ .conv_id = h.conv_id,
			.to = to };
	}
	x->n_hints = kept;
	w->news.refs = refs;
	w->news.n = n;
	if (n) {
		qsort(refs, n, sizeof(*refs), indexing_by_place);
		qsort(w->taken, w->n_taken, sizeof(*w->taken), by_conv);
	}
	return 0;
}

static bool changes_target(const struct entry *e)
{
	return e->target_index &&
	       (e->kind == ENTRY_RECALL || e->kind == ENTRY_EDIT);
}

static int load_work(struct work *w, struct error *err)
{
	struct indexing_batch *b = &w->news, *targets = &w->targets;
	size_t n = 0;

	if (indexing_load(w->t, b, err) < 0)
		return -1;
	targets->refs = ARENA_ARRAY(w->t->arena, b->n, struct entry_ref);
	for (size_t i = 0; i < b->n; i++)
		if (changes_target(&b->entries[i]))
			targets->refs[n++] = (struct entry_ref){
				b->entries[i].conv_id,
				b->entries[i].target_index
			};
	if (n)
		qsort(targets->refs, n, sizeof(*targets->refs),
		    indexing_by_place);
	for (size_t i = 0; i < n; i++)
		if (!i ||
		    indexing_by_place(&targets->refs[i], &targets->refs[i - 1]))
			targets->refs[targets->n++] = targets->refs[i];
	/* Behind the entries, so that their state is the later one. */
	if (indexing_load(w->t, targets, err) < 0)
		return -1;
	if (b->n)
		qsort(b->entries, b->n, sizeof(*b->entries), indexing_by_time);
	return 0;
}

static int put_batch(struct work *w, const struct indexing_batch *b,
    struct error *err)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct entry *e = &b->entries[i];
		const struct taken key = { .conv_id = e->conv_id }, *log;

		/* An archive has it, or the log is damaged. */
		if (!e->msg_id)
			continue;
		log = bsearch(&key, w->taken, w->n_taken, sizeof(key), by_conv);
		if (indexing_put(w->t, e, log->log_n, NULL, w->tally, err) < 0)
			return -1;
		if (!w->tally->oldest_ms || e->sent_ms < w->tally->oldest_ms)
			w->tally->oldest_ms = e->sent_ms;
	}
	return 0;
}

static int write_all(struct indexing *x, struct work *w, struct error *err)
{
	int gone;

	for (size_t i = 0; i < w->n_taken; i++) {
		struct taken *k = &w->taken[i];
		struct fts_log log;

		if (fts_log_done(w->t->fts, k->conv_id, k->to, &log, err) < 0)
			return -1;
		k->log_n = log.n;
	}
	if (put_batch(w, &w->news, err) < 0 ||
	    put_batch(w, &w->targets, err) < 0)
		return -1;
	gone = fts_expire(w->t->fts, w->now_ms, EXPIRE_MAX, err);
	if (gone < 0)
		return -1;
	w->tally->dropped += gone;
	w->t->point("put");
	/* What is left of the hints is forgotten when the process dies. */
	if (!x->n_hints && fts_set(w->t->fts, FTS_SCAN, x->back[0], err) < 0)
		return -1;
	return 0;
}

static int transact(struct indexing *x, struct work *w, struct error *err)
{
	if (fts_begin(w->t->fts, err) < 0)
		return -1;
	if (write_all(x, w, err) < 0) {
		fts_rollback(w->t->fts);
		return -1;
	}
	w->t->point("commit");
	if (fts_commit(w->t->fts, err) < 0)
		return -1;
	w->t->point("committed");
	w->tally->entries += (int64_t)w->news.n;
	return 0;
}

/* 1: there are more ids to look at. */
static int find_work(struct indexing *x, struct work *w,
    struct indexing_hint *done, size_t *n_done, struct error *err)
{
	int more = scan(x, w->t, w->now_ms, err);

	if (more < 0 || take_dirty(x, w->t, done, n_done, err) < 0 ||
	    sweep(x, w->t, err) < 0 || choose(x, w, err) < 0)
		return -1;
	return more;
}

int indexing_follow(struct indexing *x, const struct indexing_tools *t,
    struct indexing_tally *tally, struct error *err)
{
	struct work w = { .t = t, .tally = tally };
	struct indexing_hint done[DIRTY_MAX * CONV_PARTS];
	size_t n_done;
	int more;

	if (begin(x, t, err) < 0 || db_now_ms(t->db, &w.now_ms, err) < 0)
		return -1;
	/* Every look outside a transaction would lock the file anew. */
	if (fts_read(t->fts, err) < 0)
		return -1;
	more = find_work(x, &w, done, &n_done, err);
	fts_end(t->fts);
	if (more < 0)
		return -1;
	if (n_done && indexing_sql_clean(t->db, done, n_done, err) < 0)
		return -1;
	if (load_work(&w, err) < 0)
		return -1;
	t->point("load");
	if (!w.n_taken) {
		int due = fts_has_expired(t->fts, w.now_ms, err);

		if (due <= 0)
			return due < 0 ? -1 : more || x->n_hints;
	}
	if (transact(x, &w, err) < 0)
		return -1;
	return more || x->n_hints;
}

int indexing_behind(struct db *db, struct arena *a, struct fts *f,
    int (*part_of)(int64_t conv_id), int part, int64_t *n_out,
    struct error *err)
{
	struct indexing_hint *rows;
	struct fts_log log;
	int64_t after = 0;
	size_t n;

	*n_out = 0;
	do {
		if (indexing_sql_logs(db, a, after, INDEXING_SWEEP, &rows, &n,
			err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			after = rows[i].conv_id;
			if (part_of(after) != part)
				continue;
			if (fts_log(f, after, &log, err) < 0)
				return -1;
			if (log.done_index < rows[i].head)
				*n_out += rows[i].head - log.done_index;
		}
	} while (n == INDEXING_SWEEP);
	return 0;
}
