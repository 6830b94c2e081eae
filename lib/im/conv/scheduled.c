#include "im/conv/scheduled.h"

#include "im/conv/append_check.h"
#include "im/conv/append_read.h"
#include "im/conv/scheduled_sql.h"
#include "im/site/idem.h"

static int lock_inbox(struct db *db, struct arena *a, int64_t user_id,
    struct inbox_seq **out, struct error *err)
{
	size_t n;

	if (inbox_lock(db, a, &user_id, 1, out, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	return 0;
}

static int tell(struct db *db, const struct scheduled *s, int64_t action,
    int64_t conv_index, struct inbox_seq *seq, struct inbox_row *event,
    struct error *err)
{
	*event = (struct inbox_row){
		.user_id = s->user_id,
		.kind = INBOX_SCHEDULED,
		.conv_id = s->conv_id,
		.conv_index = conv_index,
		.action = action,
		.by_id = s->msg_id,
		.at_ms = seq->now_ms,
		.arg = s->reason,
	};
	return inbox_add_arg(db, event, seq, err);
}

/* ---- adding ---- */

struct add {
	struct arena *a;
	const struct scheduled *s;
	struct append_request *ar;
	int64_t max;
	struct scheduled_added *out;
};

/* Of the locked conversation: 1 a repeat, 0 new. */
static int look_for_prior(struct db *db, struct add *job, struct conv *c,
    struct error *err)
{
	struct append_tx tx = { .db = db,
		.a = job->a,
		.rqs = &job->ar,
		.n = 1,
		.convs = c,
		.n_convs = 1 };
	const struct append_prior *p;

	if (append_read_priors(&tx, err) < 0)
		return -1;
	p = append_prior(&tx, job->ar);
	if (!p)
		return 0;
	if (!str_eq(p->fingerprint, job->s->fingerprint))
		return append_conflict(err);
	job->out->is_repeat = true;
	if (p->conv_index != 0) {
		append_answer(job->ar, p, true);
	} else {
		const struct scheduled key = { .user_id = job->s->user_id,
			.msg_id = p->msg_id };

		if (scheduled_sql_get(db, job->a, &key, &job->out->row, err) <
		    0)
			return -1;
	}
	return 1;
}

static int check_room(struct db *db, const struct add *job, struct error *err)
{
	int64_t n;

	if (scheduled_sql_count(db, job->a, job->s->user_id, &n, err) < 0)
		return -1;
	if (n >= job->max)
		return err_set(err, ERR_CONFLICT,
		    "too many messages are scheduled");
	return 0;
}

static int note_key(struct db *db, const struct append_request *ar,
    struct error *err)
{
	const struct idem key = {
		.shard_id = ar->conv_id,
		.user_id = ar->sender_id,
		.key = ar->idem_key,
		.request_hash = ar->fingerprint,
	};

	return ar->idem_key.p ? idem_note(db, &key, 1, err) : 0;
}

static int insert(struct db *db, struct add *job, struct inbox_seq *seq,
    struct error *err)
{
	struct scheduled *row = &job->out->row;

	*row = *job->s;
	row->state = SCHEDULED_WAITING;
	row->due_ms = row->send_ms;
	if (note_key(db, job->ar, err) < 0 ||
	    scheduled_sql_insert(db, row, err) < 0 ||
	    scheduled_sql_flag(db, row->conv_id, err) < 0)
		return -1;
	return tell(db, row, INBOX_SCHEDULED_SET, 0, seq, &job->out->event,
	    err);
}

static int add_tx(struct db *db, void *arg, struct error *err)
{
	struct add *job = arg;
	struct conv *locked, c;
	struct inbox_seq *seq;
	size_t n;
	int is_repeat;

	*job->out = (struct scheduled_added){ .is_repeat = false };
	if (conv_lock(db, job->a, &job->s->conv_id, 1, &locked, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	is_repeat = look_for_prior(db, job, locked, err);
	if (is_repeat)
		return is_repeat < 0 ? -1 : 0;
	if (append_check(db, job->a, job->ar, &c, err) < 0 ||
	    lock_inbox(db, job->a, job->s->user_id, &seq, err) < 0 ||
	    check_room(db, job, err) < 0)
		return -1;
	return insert(db, job, seq, err);
}

int scheduled_add(struct db *db, struct arena *a, const struct scheduled *s,
    struct append_request *ar, int64_t max, struct scheduled_added *out,
    struct error *err)
{
	struct add job = { a, s, ar, max, out };

	ar->now_ms = s->send_ms;
	return db_tx(db, add_tx, &job, err);
}

/* ---- of its user ---- */

int scheduled_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t msg_id, struct scheduled *out, struct error *err)
{
	const struct scheduled key = { .user_id = user_id, .msg_id = msg_id };
	int found = scheduled_sql_get(db, a, &key, out, err);

	if (found < 0)
		return -1;
	if (!found || out->state == SCHEDULED_CANCELLED)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	return 0;
}

int scheduled_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, const struct scheduled_place *after, int64_t limit,
    struct scheduled **out, size_t *n_out, struct error *err)
{
	return scheduled_sql_list(db, a, user_id, conv_id, after, limit, out,
	    n_out, err);
}

struct change {
	struct arena *a;
	const struct scheduled *s;
	struct scheduled *out;
	struct inbox_row *event;
};

static bool is_same(const struct scheduled *a, const struct scheduled *b)
{
	return a->send_ms == b->send_ms && a->state == b->state &&
	       str_eq(a->content, b->content);
}

static int change_tx(struct db *db, void *arg, struct error *err)
{
	struct change *job = arg;
	struct scheduled before, *row = job->out;
	struct inbox_seq *seq;

	job->event->user_index = 0;
	if (lock_inbox(db, job->a, job->s->user_id, &seq, err) < 0 ||
	    scheduled_get(db, job->a, job->s->user_id, job->s->msg_id, &before,
		err) < 0)
		return -1;
	*row = before;
	if (job->s->content.p)
		row->content = job->s->content;
	if (job->s->send_ms) {
		row->send_ms = row->due_ms = job->s->send_ms;
		row->state = SCHEDULED_WAITING;
		row->reason = 0;
	}
	if (is_same(&before, row))
		return 0;
	if (scheduled_sql_update(db, row, err) < 0)
		return -1;
	return tell(db, row, INBOX_SCHEDULED_CHANGED, 0, seq, job->event, err);
}

int scheduled_change(struct db *db, struct arena *a, const struct scheduled *s,
    struct scheduled *out, struct inbox_row *event_out, struct error *err)
{
	struct change job = { a, s, out, event_out };

	return db_tx(db, change_tx, &job, err);
}

static int cancel_tx(struct db *db, void *arg, struct error *err)
{
	struct change *job = arg;
	struct scheduled row;
	struct inbox_seq *seq;
	int found;

	job->event->user_index = 0;
	if (lock_inbox(db, job->a, job->s->user_id, &seq, err) < 0)
		return -1;
	found = scheduled_sql_get(db, job->a, job->s, &row, err);
	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	if (row.state == SCHEDULED_CANCELLED)
		return 0;
	row.state = SCHEDULED_CANCELLED;
	row.reason = 0;
	row.content = STR("");
	row.due_ms = seq->now_ms + SCHEDULED_KEEP_MS;
	if (scheduled_sql_update(db, &row, err) < 0)
		return -1;
	return tell(db, &row, INBOX_SCHEDULED_CANCELLED, 0, seq, job->event,
	    err);
}

int scheduled_cancel(struct db *db, struct arena *a, int64_t user_id,
    int64_t msg_id, struct inbox_row *event_out, struct error *err)
{
	const struct scheduled key = { .user_id = user_id, .msg_id = msg_id };
	struct change job = { .a = a, .s = &key, .event = event_out };

	return db_tx(db, cancel_tx, &job, err);
}

/* ---- when they are due ---- */

int scheduled_due(struct db *db, struct arena *a, int64_t limit,
    struct scheduled **out, size_t *n_out, struct error *err)
{
	return scheduled_sql_due(db, a, limit, out, n_out, err);
}

int scheduled_hold(struct db *db, struct arena *a, const struct scheduled *s,
    struct scheduled_held *out, struct error *err)
{
	struct inbox_seq *seq;
	struct conv *locked;
	size_t n;
	int found;

	if (conv_lock_free(db, a, &s->conv_id, 1, &locked, &n, err) < 0)
		return -1;
	if (n == 0)
		return 0;
	out->conv = *locked;
	if (inbox_lock(db, a, &s->user_id, 1, &seq, &n, err) < 0)
		return -1;
	out->inbox = n ? seq : NULL;
	found = scheduled_sql_get(db, a, s, &out->row, err);
	if (found <= 0)
		return found;
	return out->row.state == s->state && out->row.due_ms == s->due_ms;
}

static void tell_readers(void *arg)
{
	const int64_t *conv_id = arg;

	conv_changed(*conv_id);
}

int scheduled_drop(struct db *db, const struct scheduled_held *h,
    struct error *err)
{
	if (scheduled_sql_delete(db, &h->row, err) < 0)
		return -1;
	return scheduled_sql_flag(db, h->row.conv_id, err);
}

int scheduled_send(struct db *db, struct arena *a,
    const struct scheduled_held *h, struct append_request *ar,
    struct inbox_row *event_out, struct error *err)
{
	struct append_tools tools = { .db = db, .a = a };
	int64_t *conv_id = ARENA_NEW(a, int64_t);

	event_out->user_index = 0;
	if (append_batch(&tools, &ar, 1, true, false, err) < 0)
		return -1;
	if (ar->result < 0)
		return 0;
	*conv_id = ar->conv_id;
	db_after_commit(db, a, tell_readers, conv_id);
	if (scheduled_drop(db, h, err) < 0 ||
	    tell(db, &h->row, INBOX_SCHEDULED_SENT, ar->entry.conv_index,
		h->inbox, event_out, err) < 0)
		return -1;
	return 1;
}

int scheduled_fail(struct db *db, const struct scheduled_held *h,
    const struct error *why, struct inbox_row *event_out, struct error *err)
{
	struct scheduled row = h->row;

	row.state = SCHEDULED_FAILED;
	row.reason = err_info(why->code)->status;
	row.due_ms = 0;
	if (scheduled_sql_update(db, &row, err) < 0)
		return -1;
	return tell(db, &row, INBOX_SCHEDULED_FAILED, 0, h->inbox, event_out,
	    err);
}

int scheduled_postpone(struct db *db, const struct scheduled_held *h,
    int64_t after_ms, struct error *err)
{
	struct scheduled row = h->row;

	row.due_ms = h->conv.now_ms + after_ms;
	return scheduled_sql_update(db, &row, err);
}

int scheduled_erase(struct db *db, int64_t conv_id, int64_t user_id,
    struct error *err)
{
	int had = scheduled_sql_drop(db, conv_id, user_id, err);

	if (had <= 0)
		return had;
	return scheduled_sql_flag(db, conv_id, err);
}
