#include "im/user/mark.h"

#include "base/clock.h"
#include "im/user/mark_sql.h"

static struct mark mark_of(const struct mark_base *b, int64_t conv_id,
    int64_t user_id)
{
	return (struct mark){
		.conv_id = conv_id,
		.user_id = user_id,
		.read_index = b->read_index,
		.read_ordinal = b->read_ordinal,
		.own_count_at_read = b->own_count_at_read,
		.delivered_index = b->delivered_index,
	};
}

/*
 * The member's own countable messages up to and including index: counted in
 * whichever is shorter, what lies between the old mark and the new one, or
 * what lies behind the new one.
 */
static int own_count_at(struct db *db, struct arena *a,
    const struct mark_base *b, const struct mark *m, int64_t index,
    int64_t *out, struct error *err)
{
	int64_t n;

	if (b->last_index - index <= index - b->read_index) {
		if (mark_sql_own(db, a, m->conv_id, m->user_id, index + 1,
			b->last_index, &n, err) < 0)
			return -1;
		*out = b->own_count - n;
		return 0;
	}
	if (mark_sql_own(db, a, m->conv_id, m->user_id, b->read_index + 1,
		index, &n, err) < 0)
		return -1;
	*out = b->own_count_at_read + n;
	return 0;
}

int mark_read_locked(struct db *db, struct arena *a, struct inbox_seq *seq,
    int64_t conv_id, int64_t conv_index, int64_t now_ms,
    struct mark_result *out, struct error *err)
{
	struct mark_base b;
	struct mark *m = &out->mark;
	int found = mark_sql_base(db, a, conv_id, seq->user_id, conv_index, &b,
	    err);

	*out = (struct mark_result){ .read_moved = false };
	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such member");
	*m = mark_of(&b, conv_id, seq->user_id);
	if (conv_index > b.last_index)
		conv_index = b.last_index;
	if (conv_index <= b.read_index)
		return 0;
	if (own_count_at(db, a, &b, m, conv_index, &m->own_count_at_read, err) <
	    0)
		return -1;
	m->read_index = conv_index;
	m->read_ordinal = b.ordinal;
	out->read_moved = true;
	if (m->delivered_index < conv_index) {
		m->delivered_index = conv_index;
		out->delivered_moved = true;
	}
	out->event = (struct inbox_row){
		.user_id = seq->user_id,
		.user_index = ++seq->last_index,
		.kind = INBOX_CHAT,
		.conv_id = conv_id,
		.conv_index = conv_index,
		.at_ms = now_ms,
	};
	return mark_sql_put(db, m, err);
}

struct marking {
	struct arena *a;
	int64_t conv_id, user_id, index;
	struct mark_result *out;
};

static int lock_one(struct db *db, struct marking *job,
    struct inbox_seq **seq_out, struct error *err)
{
	size_t n;

	if (inbox_lock(db, job->a, &job->user_id, 1, seq_out, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	return 0;
}

static int read_tx(struct db *db, void *arg, struct error *err)
{
	struct marking *job = arg;
	struct inbox_seq *seq;

	if (lock_one(db, job, &seq, err) < 0 ||
	    mark_read_locked(db, job->a, seq, job->conv_id, job->index,
		clock_now_ms(), job->out, err) < 0)
		return -1;
	if (!job->out->read_moved)
		return 0;
	return inbox_write(db, &job->out->event, 1, seq, 1, err);
}

int mark_read(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t conv_index, struct mark_result *out, struct error *err)
{
	struct marking job = { a, conv_id, user_id, conv_index, out };

	return db_tx(db, read_tx, &job, err);
}

static int delivered_tx(struct db *db, void *arg, struct error *err)
{
	struct marking *job = arg;
	struct mark *m = &job->out->mark;
	struct inbox_seq *seq;
	struct mark_base b;
	int found;

	if (lock_one(db, job, &seq, err) < 0)
		return -1;
	found = mark_sql_base(db, job->a, job->conv_id, job->user_id,
	    job->index, &b, err);
	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such member");
	*job->out = (struct mark_result){ .read_moved = false };
	*m = mark_of(&b, job->conv_id, job->user_id);
	if (job->index > b.last_index)
		job->index = b.last_index;
	if (job->index <= m->delivered_index)
		return 0;
	m->delivered_index = job->index;
	job->out->delivered_moved = true;
	return mark_sql_put(db, m, err);
}

int mark_delivered(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, int64_t conv_index, struct mark_result *out,
    struct error *err)
{
	struct marking job = { a, conv_id, user_id, conv_index, out };

	return db_tx(db, delivered_tx, &job, err);
}

struct acking {
	struct arena *a;
	int64_t user_id, user_index;
	struct mark *marks;
	size_t n;
};

static int ack_tx(struct db *db, void *arg, struct error *err)
{
	struct acking *job = arg;
	struct inbox_seq *seqs;
	size_t n;

	job->n = 0;
	if (inbox_lock(db, job->a, &job->user_id, 1, &seqs, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	if (job->user_index > seqs->last_index)
		job->user_index = seqs->last_index;
	if (job->user_index <= seqs->acked_index)
		return 0;
	if (mark_sql_received(db, job->a, job->user_id, seqs->acked_index,
		job->user_index, &job->marks, &job->n, err) < 0 ||
	    mark_sql_delivered(db, job->marks, job->n, err) < 0)
		return -1;
	return mark_sql_acked(db, job->user_id, job->user_index, err);
}

int mark_ack(struct db *db, struct arena *a, int64_t user_id,
    int64_t user_index, struct mark **out, size_t *n_out, struct error *err)
{
	struct acking job = { a, user_id, user_index, NULL, 0 };

	if (db_tx(db, ack_tx, &job, err) < 0)
		return -1;
	*out = job.marks;
	*n_out = job.n;
	return 0;
}
