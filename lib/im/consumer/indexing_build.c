#include "im/consumer/indexing_build.h"

#include <stdlib.h>

#include "base/id.h"
#include "im/consumer/indexing_batch.h"
#include "im/consumer/indexing_sql.h"
#include "io/fts_doc.h"

#define FILL_MAX 1000
/* A message that was sent so much later than its id says is put in its place
 * in the order of time. */
#define LATER_MS       10000
#define SURVEY_BACK_MS 60000

/* What is sent while the survey goes on is above its logs' cursors, and its ids
 * are above FTS_SCAN. */
int indexing_build_begin(struct fts *f, int64_t store, int64_t now_ms,
    struct error *err)
{
	if (fts_begin(f, err) < 0)
		return -1;
	if (fts_set(f, FTS_STORE, store, err) < 0 ||
	    fts_set(f, FTS_MERGED, now_ms, err) < 0 ||
	    fts_set(f, FTS_SCAN, indexing_id_at(now_ms - SURVEY_BACK_MS), err) <
		0 ||
	    fts_set(f, FTS_BUILD, INDEXING_SURVEY, err) < 0) {
		fts_rollback(f);
		return -1;
	}
	return fts_commit(f, err);
}

static int set_build(struct fts *f, int64_t state, int64_t at,
    struct error *err)
{
	if (fts_set(f, FTS_BUILD, state, err) < 0 ||
	    fts_set(f, FTS_BUILD_AT, at, err) < 0)
		return -1;
	return 0;
}

static int survey(const struct indexing_tools *t, int64_t after,
    struct error *err)
{
	struct indexing_hint *rows;
	struct fts_log log;
	int64_t n_entries;
	size_t n;

	if (indexing_sql_logs(t->db, t->arena, after, INDEXING_SWEEP, &rows, &n,
		err) < 0 ||
	    fts_get(t->fts, FTS_BUILD_ID, &n_entries, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!indexing_is_ours(t, rows[i].conv_id))
			continue;
		if (fts_log_done(t->fts, rows[i].conv_id, rows[i].head, &log,
			err) < 0)
			return -1;
		n_entries += rows[i].head;
	}
	if (n == INDEXING_SWEEP) {
		if (fts_set(t->fts, FTS_BUILD_ID, n_entries, err) < 0)
			return -1;
		return set_build(t->fts, INDEXING_SURVEY, rows[n - 1].conv_id,
		    err);
	}
	/* Documents of the entries that were there come first. */
	fts_reserve(t->fts, n_entries + 1);
	if (fts_set(t->fts, FTS_BUILD_ID, 1, err) < 0 ||
	    fts_set(t->fts, FTS_BUILD_END, n_entries, err) < 0)
		return -1;
	return set_build(t->fts, INDEXING_FILL, 0, err);
}

struct fill {
	const struct indexing_tools *t;
	struct indexing_tally *tally;
	int64_t at, id;
	bool is_last;                /* no ids are left */
	struct indexing_batch page;  /* by id */
	struct indexing_batch later; /* whose time has come */
};

static int load_later(struct fill *f, int64_t upto_ms, struct error *err)
{
	struct fts_later *rows;

	if (fts_later_take(f->t->fts, f->t->arena, upto_ms, FILL_MAX, &rows,
		&f->later.n, err) < 0)
		return -1;
	f->later.refs = ARENA_ARRAY(f->t->arena, f->later.n, struct entry_ref);
	for (size_t i = 0; i < f->later.n; i++)
		f->later.refs[i] = (struct entry_ref){ rows[i].log_id,
			rows[i].log_index };
	if (f->later.n)
		qsort(f->later.refs, f->later.n, sizeof(*f->later.refs),
		    indexing_by_place);
	return indexing_load(f->t, &f->later, err);
}

/* Ids of rows and of what is archived, ascending. */
struct ids {
	const struct indexing_tools *t;
	int64_t after;
	struct entry_place *rows, *old;
	size_t n_rows, n_old;
};

static int read_ids(struct db *db, void *arg, struct error *err)
{
	struct ids *x = arg;

	if (indexing_sql_ids(db, x->t->arena, x->after, FILL_MAX, &x->rows,
		&x->n_rows, err) < 0)
		return -1;
	return indexing_sql_old_ids(db, x->t->arena, x->after, FILL_MAX,
	    &x->old, &x->n_old, err);
}

/* The next FILL_MAX; in a snapshot, since entries move. */
static int load_ids(struct fill *f, struct entry_place **out, size_t *n_out,
    struct error *err)
{
	struct ids x = { .t = f->t, .after = f->at };
	size_t i = 0, k = 0;

	if (db_snapshot(f->t->db, read_ids, &x, err) < 0)
		return -1;
	*out = ARENA_ARRAY(f->t->arena, FILL_MAX, struct entry_place);
	for (*n_out = 0; *n_out < FILL_MAX && (i < x.n_rows || k < x.n_old);)
		(*out)[(*n_out)++] =
		    k == x.n_old ||
			    (i < x.n_rows && x.rows[i].msg_id < x.old[k].msg_id)
			? x.rows[i++]
			: x.old[k++];
	return 0;
}

static int load_page(struct fill *f, struct error *err)
{
	struct entry_place *at;
	struct fts_log log;
	size_t n;

	if (load_ids(f, &at, &n, err) < 0)
		return -1;
	f->is_last = n < FILL_MAX;
	f->page.refs = ARENA_ARRAY(f->t->arena, n, struct entry_ref);
	for (size_t i = 0; i < n; i++) {
		f->at = at[i].msg_id;
		if (!indexing_is_ours(f->t, at[i].conv_id))
			continue;
		if (fts_log(f->t->fts, at[i].conv_id, &log, err) < 0)
			return -1;
		/* What is above is left to those who follow. */
		if (at[i].conv_index <= log.done_index)
			f->page.refs[f->page.n++] = (struct entry_ref){
				at[i].conv_id, at[i].conv_index
			};
	}
	if (f->page.n)
		qsort(f->page.refs, f->page.n, sizeof(*f->page.refs),
		    indexing_by_place);
	return indexing_load(f->t, &f->page, err);
}

static int fill_one(struct fill *f, const struct entry *e, int64_t upto_ms,
    struct error *err)
{
	struct fts_log log;

	if (!e->msg_id)
		return 0;
	if (e->sent_ms > upto_ms &&
	    e->sent_ms - id_time_ms(e->msg_id) > LATER_MS)
		return fts_later_put(f->t->fts, e->sent_ms, e->conv_id,
		    e->conv_index, err);
	if (fts_log(f->t->fts, e->conv_id, &log, err) < 0)
		return -1;
	f->tally->entries++;
	return indexing_put(f->t, e, log.n, &f->id, f->tally, err);
}

/* Both lists, by time. */
static int fill_all(struct fill *f, int64_t upto_ms, struct error *err)
{
	struct indexing_batch *p = &f->page, *l = &f->later;
	size_t i = 0, k = 0;
	int rc = 0;

	if (p->n)
		qsort(p->entries, p->n, sizeof(*p->entries), indexing_by_time);
	if (l->n)
		qsort(l->entries, l->n, sizeof(*l->entries), indexing_by_time);
	while (rc >= 0 && (i < p->n || k < l->n)) {
		bool first = k == l->n ||
			     (i < p->n && indexing_by_time(&p->entries[i],
					      &l->entries[k]) <= 0);

		rc = first ? fill_one(f, &p->entries[i], upto_ms, err)
			   : fill_one(f, &l->entries[k], upto_ms, err);
		i += first;
		k += !first;
	}
	return rc < 0 ? -1 : 0;
}

static int fill(const struct indexing_tools *t, int64_t after,
    struct indexing_tally *tally, struct error *err)
{
	struct fill f = { .t = t, .tally = tally, .at = after };
	int64_t upto_ms;
	bool done;

	if (fts_get(t->fts, FTS_BUILD_ID, &f.id, err) < 0 ||
	    load_page(&f, err) < 0)
		return -1;
	upto_ms = f.is_last ? INT64_MAX : id_time_ms(f.at);
	if (load_later(&f, upto_ms, err) < 0 || fill_all(&f, upto_ms, err) < 0)
		return -1;
	done = f.is_last && f.later.n < FILL_MAX;
	if (fts_set(t->fts, FTS_BUILD_ID, f.id, err) < 0)
		return -1;
	return set_build(t->fts, done ? INDEXING_BUILT : INDEXING_FILL, f.at,
	    err);
}

int indexing_build_step(const struct indexing_tools *t,
    struct indexing_tally *tally, struct error *err)
{
	int64_t state, at;
	int rc;

	if (fts_get(t->fts, FTS_BUILD, &state, err) < 0 ||
	    fts_get(t->fts, FTS_BUILD_AT, &at, err) < 0)
		return -1;
	if (state == INDEXING_BUILT)
		return 0;
	if (fts_begin(t->fts, err) < 0)
		return -1;
	rc = state == INDEXING_SURVEY ? survey(t, at, err)
				      : fill(t, at, tally, err);
	if (rc < 0) {
		fts_rollback(t->fts);
		return -1;
	}
	t->point("build");
	return fts_commit(t->fts, err) < 0 ? -1 : 1;
}

int indexing_build_until(struct fts *f, int64_t *ms_out, struct error *err)
{
	int64_t state, at;

	if (fts_get(f, FTS_BUILD, &state, err) < 0 ||
	    fts_get(f, FTS_BUILD_AT, &at, err) < 0)
		return -1;
	*ms_out = state == INDEXING_BUILT    ? INT64_MAX
		  : state == INDEXING_SURVEY ? 0
					     : id_time_ms(at);
	return 0;
}
