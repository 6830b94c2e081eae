#include "im/user/mark.h"

#include <inttypes.h>

#include "base/log.h"
#include "im/user/mark_sql.h"
#include "im/user/personal.h"

struct marking {
	struct arena *a;
	int64_t conv_id, user_id, index;
	struct mark_result *out;
	const struct mark_hook *hook;
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

/* Of an entry that is no row.  If it is nowhere, a guess would be a wrong count
 * of unread messages from then on. */
static int find_counts(struct db *db, const struct marking *job, int64_t index,
    struct mark_base *b, struct error *err)
{
	const struct mark at = { .conv_id = job->conv_id,
		.user_id = job->user_id,
		.read_index = index };
	int found = job->hook ? job->hook->find(db, job->a, &at, &b->ordinal,
				    &b->own, err)
			      : 0;

	if (found)
		return found < 0 ? -1 : 0;
	log_error("mark_hole", "conv_id=%" PRId64 " conv_index=%" PRId64,
	    job->conv_id, index);
	return err_set(err, ERR_INTERNAL, "the log has no entry %" PRId64,
	    index);
}

/* Moves the read mark; b->ordinal is then that of the index. */
static int move_read(struct db *db, struct marking *job, struct mark_base *b,
    int64_t index, int64_t now_ms, struct error *err)
{
	struct mark_result *out = job->out;

	if (index <= b->read_index)
		return 0;
	if (!b->has_entry && find_counts(db, job, index, b, err) < 0)
		return -1;
	out->mark.read_index = index;
	out->mark.read_ordinal = b->ordinal;
	out->mark.own_at_read = b->own;
	out->read_moved = true;
	if (b->delivered_index < index) {
		out->mark.delivered_index = index;
		out->delivered_moved = true;
	}
	if (mark_sql_put(db, &out->mark, 1, err) < 0)
		return -1;
	if (!b->is_awaited || !job->hook)
		return 0;
	out->hooked = true;
	return job->hook->read(job->hook->arg, db, job->a, &out->mark, now_ms,
	    err);
}

static int write_event(struct db *db, struct marking *job,
    struct inbox_seq *seq, int64_t index, struct error *err)
{
	job->out->event = (struct inbox_row){
		.user_id = job->user_id,
		.user_index = ++seq->last_index,
		.kind = INBOX_CHAT,
		.conv_id = job->conv_id,
		.conv_index = index,
		.at_ms = seq->now_ms,
	};
	return inbox_write(db, &job->out->event, 1, seq, 1, err);
}

/* A late request for less than was read before opens no chat. */
static int unmark(struct db *db, const struct marking *job, struct mark_base *b,
    int64_t index, struct error *err)
{
	b->is_marked = b->is_marked && index >= b->read_index;
	if (!b->is_marked)
		return 0;
	return mark_sql_unmark(db, job->conv_id, job->user_id, err);
}

static int read_tx(struct db *db, void *arg, struct error *err)
{
	struct marking *job = arg;
	struct inbox_seq *seq;
	struct mark_base b;
	int64_t index;

	if (begin(db, job, &seq, &b, err) < 0)
		return -1;
	index = within(job->index, &b);
	if (move_read(db, job, &b, index, seq->now_ms, err) < 0 ||
	    unmark(db, job, &b, index, err) < 0)
		return -1;
	if (!job->out->read_moved && !b.is_marked)
		return 0;
	return write_event(db, job, seq, index, err);
}

int mark_read(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t conv_index, const struct mark_hook *hook, struct mark_result *out,
    struct error *err)
{
	struct marking job = { a, conv_id, user_id, conv_index, out, hook };

	return db_tx(db, read_tx, &job, err);
}

static int clear_tx(struct db *db, void *arg, struct error *err)
{
	struct marking *job = arg;
	struct inbox_seq *seq;
	struct mark_base b;
	struct personal p;

	if (begin(db, job, &seq, &b, err) < 0 ||
	    personal_find(db, job->a, job->user_id, job->conv_id, &p, err) < 0)
		return -1;
	if (p.cleared_index >= b.last_index)
		return 0;
	if (move_read(db, job, &b, b.last_index, seq->now_ms, err) < 0)
		return -1;
	if (!b.has_entry && b.last_index > 0 &&
	    find_counts(db, job, b.last_index, &b, err) < 0)
		return -1;
	p.cleared_index = b.last_index;
	p.cleared_ordinal = b.ordinal;
	if (personal_put(db, &p, err) < 0 ||
	    unmark(db, job, &b, b.last_index, err) < 0)
		return -1;
	return write_event(db, job, seq, b.last_index, err);
}

int mark_clear(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    const struct mark_hook *hook, struct mark_result *out, struct error *err)
{
	struct marking job = { a, conv_id, user_id, INT64_MAX, out, hook };

	return db_tx(db, clear_tx, &job, err);
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
	struct marking job = { a, conv_id, user_id, conv_index, out, NULL };

	return db_tx(db, delivered_tx, &job, err);
}
