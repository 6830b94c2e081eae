/* Pulling: the events after an index. */
#include "inbox.h"

#include "io/json_writer.h"

#include <inttypes.h>

#include "args.h"
#include "im/user/badge.h"
#include "service.h"
#include "view/chatlist.h"

struct pull_args {
	int64_t after, limit;
	struct str stream_id;
	bool users;
};

static const struct web_arg pull_args[] = {
	ARG(WEB_QUERY, WEB_INT, "after", struct pull_args, after, .min = 0,
	    .max = INDEX_MAX, .flags = WEB_REQUIRED,
	    .text = "The user_index that the client has."),
	ARG(WEB_QUERY, WEB_INT, "limit", struct pull_args, limit, .min = 1,
	    .max = LIMIT_MAX, .def = LIMIT_MAX,
	    .text = "Maximum number of events."),
	ARG(WEB_QUERY, WEB_STR, "stream_id", struct pull_args, stream_id,
	    .min = 1, .max = 64,
	    .text = "The stream to which `after` belongs."),
	ARG_USERS(struct pull_args), WEB_ARGS_END
};

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

static int inbox_pull(struct web_request *rq, struct error *err)
{
	const struct pull_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct inbox_row *rows = NULL;
	struct inbox_seq seq;
	size_t n = 0;
	int64_t stand, total;
	struct chat_heads heads;
	bool too_old;

	if (inbox_caller_seq(rq, &seq, err) < 0)
		return -1;
	too_old = is_too_old(rq, in, &seq);
	if (!too_old && in->after < seq.last_index &&
	    inbox_after(s->db, rq->arena, seq.user_id, in->after, in->limit,
		&rows, &n, err) < 0)
		return -1;
	/* im-expire may have raised the floor since it was read. */
	if (n > 0 && rows[0].user_index != in->after + 1) {
		too_old = true;
		n = 0;
	}
	/* Rows may have been added after the head was read. */
	stand = n > 0 ? rows[n - 1].user_index : in->after;
	if (stand > seq.last_index && !too_old)
		seq.last_index = stand;
	json_begin(w);
	json_put_id(w, "stream_id", seq.stream_id);
	json_key(w, "events");
	if (inbox_events_write(rq, &seq, rows, n, people, err) < 0 ||
	    badge_total_heads(s->db, s->cache, rq->arena, seq.user_id,
		seq.last_index, &total, &heads, err) < 0)
		return -1;
	json_put_int(w, "user_index", too_old ? seq.last_index : stand);
	json_put_int(w, "head", seq.last_index);
	json_put_bool(w, "more", !too_old && stand < seq.last_index);
	json_put_int(w, "total_unread", total);
	if (too_old)
		json_put_bool(w, "too_old", true);
	if (heads.n)
		chatlist_large(&heads, w);
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

const struct web_route inbox_pull_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/inbox",
	    .name = "inbox.pull",
	    .summary = "Events after an index.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = pull_args,
	    .args_size = sizeof(struct pull_args),
	    .handle = inbox_pull,
	},
	WEB_ROUTES_END,
};
