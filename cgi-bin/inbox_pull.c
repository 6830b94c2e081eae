#include "inbox_pull.h"

#include <inttypes.h>

#include "inbox_events.h"
#include "service.h"
#include "view/people.h"

int inbox_seq_of(struct web_request *rq, struct inbox_seq *out,
    struct error *err)
{
	int found = inbox_seq_get(service_of(rq)->db, rq->arena,
	    rq->caller.user_id, out, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_UNAUTHENTICATED, "no such user");
	return 0;
}

int inbox_caller(struct web_request *rq, struct user *out, struct error *err)
{
	struct service *s = service_of(rq);
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    rq->caller.user_id, out, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_UNAUTHENTICATED, "no such user");
	return 0;
}

int inbox_put_head(struct web_request *rq, const struct inbox_seq *seq,
    struct error *err)
{
	struct service *s = service_of(rq);
	int64_t total;

	if (inbox_total_unread(s->db, s->cache, rq->arena, seq->user_id,
		seq->last_index, &total, err) < 0)
		return -1;
	json_put_id(rq->out, "stream_id", seq->stream_id);
	json_put_int(rq->out, "user_index", seq->last_index);
	json_put_int(rq->out, "total_unread", total);
	return 0;
}

int inbox_head(struct web_request *rq, struct error *err)
{
	struct inbox_seq seq;

	if (inbox_seq_of(rq, &seq, err) < 0)
		return -1;
	json_begin(rq->out);
	if (inbox_put_head(rq, &seq, err) < 0)
		return -1;
	json_end(rq->out);
	return 0;
}

static bool is_too_old(struct web_request *rq, const struct pull_args *in,
    const struct inbox_seq *seq)
{
	struct str current = arena_printf(rq->arena, "%" PRId64,
	    seq->stream_id);

	return in->after < seq->floor_index ||
	       seq->last_index - in->after > INBOX_BEHIND_MAX ||
	       in->after > seq->last_index ||
	       (in->stream_id.p != NULL && !str_eq(in->stream_id, current));
}

int inbox_pull(struct web_request *rq, struct error *err)
{
	const struct pull_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct inbox_row *rows = NULL;
	struct inbox_seq seq;
	size_t n = 0;
	int64_t stand, total;
	bool too_old;

	if (inbox_seq_of(rq, &seq, err) < 0)
		return -1;
	too_old = is_too_old(rq, in, &seq);
	if (!too_old && in->after < seq.last_index &&
	    inbox_after(s->db, rq->arena, seq.user_id, in->after, in->limit,
		&rows, &n, err) < 0)
		return -1;
	/* Rows that came after the head was read are newer heads. */
	stand = n > 0 ? rows[n - 1].user_index : in->after;
	if (stand > seq.last_index && !too_old)
		seq.last_index = stand;
	if (inbox_total_unread(s->db, s->cache, rq->arena, seq.user_id,
		seq.last_index, &total, err) < 0)
		return -1;
	json_begin(w);
	json_put_id(w, "stream_id", seq.stream_id);
	json_key(w, "events");
	if (inbox_events_write(rq, rows, n, people, err) < 0)
		return -1;
	json_put_int(w, "user_index", too_old ? seq.last_index : stand);
	json_put_int(w, "head", seq.last_index);
	json_put_bool(w, "more", !too_old && stand < seq.last_index);
	json_put_int(w, "total_unread", total);
	if (too_old)
		json_put_bool(w, "too_old", true);
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}
