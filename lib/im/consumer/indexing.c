#include "im/consumer/indexing.h"

#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "im/consumer/indexing_batch.h"
#include "io/fts_doc.h"

#define ENTRIES_MAX 1000 /* entries of a transaction */
#define EXPIRE_MAX  200

/* ---- finding work ---- */

static bool is_ours(void *arg, int64_t conv_id)
{
	return indexing_is_ours(arg, conv_id);
}

/* A log that is new to the index has its cursor at 0. */
static int cursors(void *arg, const struct follow_log *logs, size_t n,
    int64_t *done_out, struct error *err)
{
	const struct indexing_tools *t = arg;
	struct fts_log log;

	for (size_t i = 0; i < n; i++) {
		if (fts_log(t->fts, logs[i].conv_id, &log, err) < 0)
			return -1;
		done_out[i] = log.done_index;
	}
	return 0;
}

static struct follow_tools follow_tools_of(const struct indexing_tools *t)
{
	return (struct follow_tools){
		.db = t->db,
		.arena = t->arena,
		.consumer = CONSUMER_SEARCH,
		.is_ours = is_ours,
		.cursors = cursors,
		.arg = (void *)(uintptr_t)t,
	};
}

static int begin(struct follow *x, const struct indexing_tools *t,
    struct error *err)
{
	int64_t scan_at;

	if (x->began)
		return 0;
	if (fts_get(t->fts, FTS_SCAN, &scan_at, err) < 0)
		return -1;
	follow_begin(x, scan_at);
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
static int choose(struct follow *x, struct work *w, struct error *err)
{
	struct arena *a = w->t->arena;
	struct entry_ref *refs = ARENA_ARRAY(a, ENTRIES_MAX, struct entry_ref);
	size_t n = 0, kept = 0, left;

	w->taken = ARENA_ARRAY(a, x->n_hints, struct taken);
	for (size_t i = 0; i < x->n_hints; i++) {
		struct follow_hint h = x->hints[i];
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

static int write_all(struct follow *x, struct work *w, struct error *err)
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
	if (!x->n_hints &&
	    fts_set(w->t->fts, FTS_SCAN, follow_begin_at(x), err) < 0)
		return -1;
	return 0;
}

static int transact(struct follow *x, struct work *w, struct error *err)
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
static int find_work(struct follow *x, struct work *w,
    const struct follow_tools *ft, struct error *err)
{
	int more;

	/* Every look outside a transaction would lock the file anew. */
	if (fts_read(w->t->fts, err) < 0)
		return -1;
	more = follow_find(x, ft, w->now_ms, err);
	if (more >= 0 && choose(x, w, err) < 0)
		more = -1;
	fts_end(w->t->fts);
	return more;
}

int indexing_follow(struct follow *x, const struct indexing_tools *t,
    struct indexing_tally *tally, struct error *err)
{
	const struct follow_tools ft = follow_tools_of(t);
	struct work w = { .t = t, .tally = tally };
	int more;

	if (begin(x, t, err) < 0 || db_now_ms(t->db, &w.now_ms, err) < 0)
		return -1;
	more = find_work(x, &w, &ft, err);
	if (more < 0 || follow_clean(x, &ft, err) < 0 || load_work(&w, err) < 0)
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
	struct follow_log *rows;
	struct fts_log log;
	int64_t after = 0;
	size_t n;

	*n_out = 0;
	do {
		if (follow_logs(db, a, after, &rows, &n, err) < 0)
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
	} while (n == FOLLOW_SWEEP);
	return 0;
}
