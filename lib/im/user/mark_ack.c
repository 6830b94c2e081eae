#include "im/user/mark_ack.h"

#include <stdlib.h>

#include "base/ids.h"
#include "base/order.h"
#include "im/user/mark_sql.h"

struct acking {
	struct arena *a;
	int64_t user_id, user_index;
	bool more; /* than this piece */
	struct mark *marks;
	size_t n;
};

static int by_conv(const void *x, const void *y)
{
	const struct mark *a = x, *b = y;

	if (a->conv_id != b->conv_id)
		return order_i64(a->conv_id, b->conv_id);
	return order_pair(a->user_id, b->user_id, a->delivered_index,
	    b->delivered_index);
}

static bool is_same(const struct mark *a, const struct mark *b)
{
	return a->conv_id == b->conv_id && a->user_id == b->user_id;
}

/* Of each conversation and user, the lowest (or highest) of its entries;
 * ascending.  delivered_before is that of the lowest. */
static size_t fold(struct mark *rows, size_t n, bool highest)
{
	size_t kept = 0;

	if (n)
		qsort(rows, n, sizeof(*rows), by_conv);
	for (size_t i = 0; i < n; i++) {
		bool same = kept && is_same(&rows[kept - 1], &rows[i]);

		if (!same)
			rows[kept++] = rows[i];
		else if (highest)
			rows[kept - 1].delivered_index =
			    rows[i].delivered_index;
	}
	return kept;
}

static int from_rows(struct db *db, struct acking *job, int64_t after,
    int64_t upto, struct error *err)
{
	if (mark_sql_received(db, job->a, job->user_id, after, upto,
		&job->marks, &job->n, err) < 0)
		return -1;
	job->n = fold(job->marks, job->n, true);
	return 0;
}

/* A chat has been received up to its position, or up to what comes first of it
 * behind the ack. */
static int from_chats(struct db *db, struct acking *job, int64_t upto,
    int64_t last_index, struct error *err)
{
	struct mark_behind *chats;
	struct mark *later;
	size_t n, n_later, k = 0;

	if (mark_sql_received(db, job->a, job->user_id, upto, last_index,
		&later, &n_later, err) < 0 ||
	    mark_sql_behind(db, job->a, job->user_id, &chats, &n, err) < 0)
		return -1;
	n_later = fold(later, n_later, false);
	job->marks = ARENA_ARRAY(job->a, n, struct mark);
	for (size_t i = 0; i < n; i++) {
		struct mark m = { .conv_id = chats[i].conv_id,
			.user_id = job->user_id,
			.delivered_index = chats[i].last_index,
			.delivered_before = chats[i].delivered_index };

		while (k < n_later && later[k].conv_id < m.conv_id)
			k++;
		if (k < n_later && later[k].conv_id == m.conv_id &&
		    later[k].delivered_index <= m.delivered_index)
			m.delivered_index = later[k].delivered_index - 1;
		if (m.delivered_index > chats[i].delivered_index)
			job->marks[job->n++] = m;
	}
	return 0;
}

static int64_t acked_before(const struct inbox_seq *seq, int64_t acked_index)
{
	return acked_index > seq->floor_index ? acked_index : seq->floor_index;
}

/* Returns how far the ack is done then, or -1. */
static int64_t piece(struct db *db, struct acking *job,
    const struct inbox_seq *seq, int64_t after, int64_t upto, struct error *err)
{

	if (upto - after <= MARK_ACK_ROWS)
		return from_rows(db, job, after, upto, err) < 0 ? -1 : upto;
	if (seq->last_index - upto <= MARK_ACK_ROWS)
		return from_chats(db, job, upto, seq->last_index, err) < 0
			   ? -1
			   : upto;
	job->more = true;
	after += MARK_ACK_ROWS;
	return from_rows(db, job, after - MARK_ACK_ROWS, after, err) < 0
		   ? -1
		   : after;
}

static int piece_tx(struct db *db, void *arg, struct error *err)
{
	struct acking *job = arg;
	struct inbox_seq *seq;
	struct inbox_ack ack;
	int64_t upto;
	size_t n;

	job->n = 0;
	job->more = false;
	/* Positions of chats are those of the inbox while it is locked. */
	if (inbox_lock(db, job->a, &job->user_id, 1, &seq, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	if (inbox_ack_lock(db, job->a, job->user_id, &ack, err) < 0)
		return -1;
	upto = job->user_index < seq->last_index ? job->user_index
						 : seq->last_index;
	if (upto <= ack.acked_index)
		return 0;
	upto = piece(db, job, seq, acked_before(seq, ack.acked_index), upto,
	    err);
	if (upto < 0 || mark_sql_put(db, job->marks, job->n, err) < 0)
		return -1;
	ack.acked_index = upto;
	return inbox_acks_put(db, &ack, 1, err);
}

int mark_ack(struct db *db, struct arena *a, int64_t user_id,
    int64_t user_index, struct mark **out, size_t *n_out, struct error *err)
{
	struct acking job = { a, user_id, user_index, true, NULL, 0 };
	struct acking done[MARK_ACK_PIECES];
	size_t pieces = 0, n = 0;

	while (pieces < MARK_ACK_PIECES && job.more) {
		if (db_tx(db, piece_tx, &job, err) < 0)
			return -1;
		done[pieces++] = job;
		n += job.n;
	}
	*out = ARENA_ARRAY(a, n, struct mark);
	*n_out = 0;
	for (size_t i = 0; i < pieces; i++)
		for (size_t k = 0; k < done[i].n; k++)
			(*out)[(*n_out)++] = done[i].marks[k];
	return 0;
}

/* ---- many users ---- */

struct together {
	struct arena *a;
	struct mark_acked **list; /* ascending, each user once */
	int64_t *users;
	size_t n;
	/* Of the present run; full: its rows were not enough for all. */
	struct mark *marks;
	size_t n_marks;
	bool full;
};

static int by_user(const void *x, const void *y)
{
	const struct mark_acked *a = *(struct mark_acked *const *)x;
	const struct mark_acked *b = *(struct mark_acked *const *)y;

	/* The highest first. */
	return order_pair(a->user_id, b->user_id, b->user_index, a->user_index);
}

static void sort_together(struct together *t, struct mark_acked *list, size_t n)
{
	t->list = ARENA_ARRAY(t->a, n, struct mark_acked *);
	t->users = ARENA_ARRAY(t->a, n, int64_t);
	for (size_t i = 0; i < n; i++) {
		list[i].left = list[i].alone = false;
		t->list[i] = &list[i];
	}
	if (n)
		qsort(t->list, n, sizeof(struct mark_acked *), by_user);
	t->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (t->n && t->users[t->n - 1] == t->list[i]->user_id)
			continue;
		t->users[t->n] = t->list[i]->user_id;
		t->list[t->n++] = t->list[i];
	}
}

/* The places in inboxes that are acked now, and how far each inbox is then. */
struct places {
	struct mark_place *rows;
	struct inbox_ack *acks;
	size_t n_rows, n_acks;
};

/* False: there is no room for it in this transaction. */
static bool add_places(struct places *p, const struct inbox_seq *seq,
    int64_t acked_index, struct mark_acked *m)
{
	int64_t after = acked_before(seq, acked_index);
	int64_t upto = m->user_index < seq->last_index ? m->user_index
						       : seq->last_index;

	m->alone = upto - after > MARK_ACK_ROWS;
	if (!m->alone && upto - after > MARK_ACKS_ROWS - (int64_t)p->n_rows)
		return false;
	m->left = m->alone;
	if (m->left || upto <= after)
		return true;
	while (after < upto)
		p->rows[p->n_rows++] = (struct mark_place){ seq->user_id,
			++after };
	p->acks[p->n_acks++] = (struct inbox_ack){ seq->user_id, upto };
	return true;
}

/* Both are ascending; those whose acks are locked stay left. */
static void choose_places(struct together *t, const struct inbox_ack *acks,
    size_t n_acks, const struct inbox_seq *seqs, size_t n_seqs,
    struct places *p)
{
	for (size_t i = 0; i < t->n; i++)
		t->list[i]->left = true;
	for (size_t i = 0, k = 0; i < n_acks; i++) {
		ptrdiff_t at = ids_find(t->users, t->n, acks[i].user_id);

		while (k < n_seqs && seqs[k].user_id < acks[i].user_id)
			k++;
		if (k < n_seqs && seqs[k].user_id == acks[i].user_id &&
		    !add_places(p, &seqs[k], acks[i].acked_index, t->list[at]))
			t->full = true;
	}
}

static int together_tx(struct db *db, void *arg, struct error *err)
{
	struct together *t = arg;
	struct places p = { .n_rows = 0 };
	struct inbox_ack *acks;
	struct inbox_seq *seqs;
	size_t n_acks, n_seqs;

	t->n_marks = 0;
	t->full = false;
	if (inbox_acks_lock_free(db, t->a, t->users, t->n, &acks, &n_acks,
		err) < 0 ||
	    inbox_seqs_get(db, t->a, t->users, t->n, &seqs, &n_seqs, err) < 0)
		return -1;
	p.rows = ARENA_ARRAY(t->a, MARK_ACKS_ROWS, struct mark_place);
	p.acks = ARENA_ARRAY(t->a, n_acks, struct inbox_ack);
	choose_places(t, acks, n_acks, seqs, n_seqs, &p);
	if (!p.n_acks)
		return 0;
	if (mark_sql_received_at(db, t->a, p.rows, p.n_rows, &t->marks,
		&t->n_marks, err) < 0)
		return -1;
	t->n_marks = fold(t->marks, t->n_marks, true);
	if (mark_sql_put(db, t->marks, t->n_marks, err) < 0)
		return -1;
	return inbox_acks_put(db, p.acks, p.n_acks, err);
}

/* Those that had no room, which the next transaction begins with. */
static void keep_left(struct together *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (!t->list[i]->left || t->list[i]->alone)
			continue;
		t->users[kept] = t->users[i];
		t->list[kept++] = t->list[i];
	}
	t->n = kept;
}

static void append_marks(struct arena *a, const struct together *t,
    struct mark **out, size_t *n_out)
{
	struct mark *all = ARENA_ARRAY(a, *n_out + t->n_marks, struct mark);

	for (size_t i = 0; i < *n_out; i++)
		all[i] = (*out)[i];
	for (size_t i = 0; i < t->n_marks; i++)
		all[(*n_out)++] = t->marks[i];
	*out = all;
}

int mark_acks(struct db *db, struct arena *a, struct mark_acked *list, size_t n,
    struct mark **out, size_t *n_out, struct error *err)
{
	struct together t = { .a = a };

	sort_together(&t, list, n);
	*out = NULL;
	*n_out = 0;
	do {
		if (db_tx(db, together_tx, &t, err) < 0)
			return -1;
		append_marks(a, &t, out, n_out);
		keep_left(&t);
	} while (t.full);
	return 0;
}
