#include "im/user/mark.h"

#include "im/user/mark_sql.h"

struct marking {
	struct arena *a;
	int64_t conv_id, user_id, index;
	struct mark_result *out;
};

/* Locks the inbox and reads the mark and the head of the log. */
static int begin(struct db *db, struct marking *job, struct inbox_seq **seq_out,
    struct mark_base *base_out, struct error *err)
{
	size_t n;
	int found;

	*job->out = (struct mark_result){ .read_moved = false };
	if (inbox_lock(db, job->a, &job->user_id, 1, seq_out, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	found = mark_sql_base(db, job->a, job->conv_id, job->user_id,
	    job->index, base_out, err);
	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such member");
	job->out->mark = (struct mark){
		.conv_id = job->conv_id,
		.user_id = job->user_id,
		.read_index = base_out->read_index,
		.delivered_index = base_out->delivered_index,
		.delivered_before = base_out->delivered_index,
	};
	return 0;
}

static int64_t within(int64_t index, const struct mark_base *b)
{
	return index > b->last_index ? b->last_index : index;
}

static int read_tx(struct db *db, void *arg, struct error *err)
{
	struct marking *job = arg;
	struct mark_result *out = job->out;
	struct inbox_seq *seq;
	struct mark_base b;
	int64_t index;

	if (begin(db, job, &seq, &b, err) < 0)
		return -1;
	index = within(job->index, &b);
	if (index <= b.read_index)
		return 0;
	out->mark.read_index = index;
	out->mark.read_ordinal = b.ordinal;
	out->mark.own_at_read = b.own;
	out->read_moved = true;
	if (b.delivered_index < index) {
		out->mark.delivered_index = index;
		out->delivered_moved = true;
	}
	out->event = (struct inbox_row){
		.user_id = job->user_id,
		.user_index = ++seq->last_index,
		.kind = INBOX_CHAT,
		.conv_id = job->conv_id,
		.conv_index = index,
		.at_ms = seq->now_ms,
	};
	if (mark_sql_put(db, &out->mark, 1, err) < 0)
		return -1;
	return inbox_write(db, &out->event, 1, seq, 1, err);
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
	struct mark_result *out = job->out;
	struct inbox_seq *seq;
	struct mark_base b;
	struct mark moved;
	int64_t index;

	if (begin(db, job, &seq, &b, err) < 0)
		return -1;
	index = within(job->index, &b);
	if (index <= b.delivered_index)
		return 0;
	out->mark.delivered_index = index;
	out->delivered_moved = true;
	moved = (struct mark){
		.conv_id = job->conv_id,
		.user_id = job->user_id,
		.delivered_index = index,
	};
	return mark_sql_put(db, &moved, 1, err);
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
	    mark_sql_put(db, job->marks, job->n, err) < 0)
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
