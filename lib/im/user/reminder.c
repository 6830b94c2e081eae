#include "im/user/reminder.h"

#include "im/user/reminder_sql.h"

struct change {
	struct arena *a;
	const struct reminder *r;
	struct inbox_row *event;
};

static int lock(struct db *db, struct arena *a, int64_t user_id,
    struct inbox_seq **seq_out, struct error *err)
{
	size_t n;

	if (inbox_lock(db, a, &user_id, 1, seq_out, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	return 0;
}

static int tell(struct db *db, const struct reminder *r, int64_t action,
    struct inbox_seq *seq, struct inbox_row *event, struct error *err)
{
	*event = (struct inbox_row){
		.user_id = r->user_id,
		.kind = INBOX_REMINDER,
		.conv_id = r->conv_id,
		.conv_index = r->conv_index,
		.action = action,
		.by_id = r->msg_id,
		.at_ms = seq->now_ms,
		.arg = r->remind_ms,
	};
	return inbox_add_arg(db, event, seq, err);
}

static bool is_same(const struct reminder *a, const struct reminder *b)
{
	return a->remind_ms == b->remind_ms && !a->note.p == !b->note.p &&
	       (!a->note.p || str_eq(a->note, b->note));
}

static int set_tx(struct db *db, void *arg, struct error *err)
{
	struct change *job = arg;
	struct reminder there;
	struct inbox_seq *seq;
	int found;

	job->event->user_index = 0;
	if (lock(db, job->a, job->r->user_id, &seq, err) < 0)
		return -1;
	found = reminder_sql_get(db, job->a, job->r, &there, err);
	if (found < 0)
		return -1;
	if (found && is_same(&there, job->r))
		return 0;
	if (reminder_sql_put(db, job->r, err) < 0)
		return -1;
	return tell(db, job->r, INBOX_REMINDER_SET, seq, job->event, err);
}

int reminder_set(struct db *db, struct arena *a, const struct reminder *r,
    struct inbox_row *event_out, struct error *err)
{
	struct change job = { a, r, event_out };

	return db_tx(db, set_tx, &job, err);
}

static int cancel_tx(struct db *db, void *arg, struct error *err)
{
	struct change *job = arg;
	struct reminder there;
	struct inbox_seq *seq;
	int found;

	job->event->user_index = 0;
	if (lock(db, job->a, job->r->user_id, &seq, err) < 0)
		return -1;
	found = reminder_sql_get(db, job->a, job->r, &there, err);
	if (found <= 0)
		return found;
	if (reminder_sql_delete(db, &there, err) < 0)
		return -1;
	return tell(db, &there, INBOX_REMINDER_CANCELLED, seq, job->event, err);
}

int reminder_cancel(struct db *db, struct arena *a, const struct reminder *r,
    struct inbox_row *event_out, struct error *err)
{
	struct change job = { a, r, event_out };

	return db_tx(db, cancel_tx, &job, err);
}

int reminder_list(struct db *db, struct arena *a, int64_t user_id,
    const struct reminder_place *after, int64_t limit, struct reminder **out,
    size_t *n_out, struct error *err)
{
	return reminder_sql_list(db, a, user_id, after, limit, out, n_out, err);
}

/* ---- when they are due ---- */

int reminder_due(struct db *db, struct arena *a, int64_t limit,
    struct reminder **out, size_t *n_out, struct error *err)
{
	return reminder_sql_due(db, a, limit, out, n_out, err);
}

int reminder_finish(struct db *db, struct arena *a, const struct reminder *r,
    bool is_seen, struct inbox_row *event_out, struct error *err)
{
	int64_t action = is_seen ? INBOX_REMINDER_DUE
				 : INBOX_REMINDER_CANCELLED;
	struct inbox_seq *seq;
	size_t n;
	int removed;

	event_out->user_index = 0;
	if (inbox_lock(db, a, &r->user_id, 1, &seq, &n, err) < 0)
		return -1;
	removed = reminder_sql_delete(db, r, err);
	/* Of an erased user only the row goes. */
	if (removed <= 0 || n == 0)
		return removed;
	if (tell(db, r, action, seq, event_out, err) < 0)
		return -1;
	return 1;
}
