#include "im/user/star.h"

#include "im/user/star_sql.h"

struct starring {
	struct arena *a;
	struct star *s;
	bool on;
	struct inbox_row *event;
};

static int put_tx(struct db *db, void *arg, struct error *err)
{
	struct starring *job = arg;
	struct star *s = job->s;
	struct inbox_seq *seq;
	size_t n;
	int changed;

	job->event->user_index = 0;
	if (inbox_lock(db, job->a, &s->user_id, 1, &seq, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	s->starred_ms = seq->now_ms;
	changed = job->on ? star_sql_insert(db, s, err)
			  : star_sql_delete(db, s, err);
	if (changed <= 0)
		return changed;
	*job->event = (struct inbox_row){
		.user_id = s->user_id,
		.user_index = ++seq->last_index,
		.kind = INBOX_STAR,
		.conv_id = s->conv_id,
		.conv_index = s->conv_index,
		.action = job->on ? INBOX_STARRED : INBOX_UNSTARRED,
		.by_id = s->msg_id,
		.at_ms = seq->now_ms,
	};
	return inbox_write(db, job->event, 1, seq, 1, err);
}

int star_put(struct db *db, struct arena *a, struct star *s, bool on,
    struct inbox_row *event_out, struct error *err)
{
	struct starring job = { a, s, on, event_out };

	return db_tx(db, put_tx, &job, err);
}

int star_list(struct db *db, struct arena *a, int64_t user_id,
    const struct star_place *after, int64_t limit, struct star **out,
    size_t *n_out, struct error *err)
{
	return star_sql_list(db, a, user_id, after, limit, out, n_out, err);
}
