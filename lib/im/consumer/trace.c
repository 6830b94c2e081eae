#include "im/consumer/trace.h"

#include "im/consumer/trace_sql.h"
#include "im/site/conv_mode.h"

static enum trace_state state_of(const struct trace_cursor *f, int64_t at)
{
	if (f->done_index >= at)
		return TRACE_DONE;
	if (f->parked_ms)
		return TRACE_PARKED;
	if (!f->head)
		return TRACE_FORGOTTEN;
	return f->hi_index >= at ? TRACE_UNDER_WAY : TRACE_WAITING;
}

/* The user up to whom members have been served, by ascending id. */
static int64_t served_up_to(const struct trace_cursor *f, int64_t at)
{
	if (f->done_index >= at)
		return INT64_MAX;
	return f->hi_index >= at ? f->after_user_id : 0;
}

static int load_members(struct db *db, struct arena *a,
    const struct trace_query *q, struct trace *t, struct error *err)
{
	struct trace_count n;

	if (trace_sql_count(db, a, q, &n, err) < 0 ||
	    trace_sql_members(db, a, q, &t->items, &t->n_items, err) < 0)
		return -1;
	t->members = n.members;
	t->served = n.served;
	for (size_t i = 0; i < t->n_items; i++) {
		struct trace_member *m = &t->items[i];

		m->is_served = m->user_id <= q->after_user_id;
		if (trace_sql_event(db, a, q, m->user_id,
			m->last_index - TRACE_EVENTS, &m->user_index, err) < 0)
			return -1;
	}
	return 0;
}

static int load_progress(struct db *db, struct arena *a, struct trace_query *q,
    struct trace *t, struct error *err)
{
	struct trace_cursor f;

	t->mode = CONV_PUSH;
	if (trace_sql_cursor(db, a, q, &f, err) < 0 ||
	    trace_sql_mode(db, a, q, &t->mode, err) < 0)
		return -1;
	t->state = state_of(&f, q->conv_index);
	if (t->state != TRACE_DONE) {
		t->since_ms = f.since_ms;
		t->parked_ms = f.parked_ms;
		t->reason = f.reason;
	}
	q->after_user_id = served_up_to(&f, q->conv_index);
	return 0;
}

struct reading {
	struct arena *a;
	struct trace_query q;
	struct trace *out;
};

/* In one snapshot, so that the parts agree. */
static int read_all(struct db *db, void *arg, struct error *err)
{
	struct reading *r = arg;
	struct trace *t = r->out;
	const struct receipt_query receipts = {
		.conv_id = t->e.conv_id,
		.conv_index = t->e.conv_index,
		.sender_id = t->e.sender_id,
	};

	if (load_progress(db, r->a, &r->q, t, err) < 0 ||
	    load_members(db, r->a, &r->q, t, err) < 0)
		return -1;
	return receipt_count(db, r->a, &receipts, &t->receipts, err);
}

int trace_message(struct db *db, struct arena *a, int64_t app_id,
    int64_t msg_id, int64_t limit, struct trace *out, struct error *err)
{
	struct reading r = { .a = a, .out = out };
	int found;

	*out = (struct trace){ .n_items = 0 };
	found = entry_by_msg(db, a, msg_id, &out->e, err);
	if (found <= 0)
		return found;
	if (conv_get(db, a, out->e.conv_id, &out->c, err) < 0)
		return -1;
	if (app_id && out->c.app_id != app_id)
		return 0;
	r.q = (struct trace_query){
		.conv_id = out->e.conv_id,
		.conv_index = out->e.conv_index,
		.part = conv_part(out->e.conv_id),
		.limit = limit < TRACE_LIMIT_MAX ? limit : TRACE_LIMIT_MAX,
	};
	return db_snapshot(db, read_all, &r, err) < 0 ? -1 : 1;
}
