/* The newest index. */
#include "inbox.h"

#include "io/json_writer.h"

#include "im/user/badge.h"
#include "service.h"

int inbox_head_put(struct web_request *rq, const struct inbox_seq *seq,
    struct error *err)
{
	struct service *s = service_of(rq);
	int64_t total;

	if (badge_total(s->db, s->cache, rq->arena, seq->user_id,
		seq->last_index, &total, err) < 0)
		return -1;
	json_put_id(rq->out, "stream_id", seq->stream_id);
	json_put_int(rq->out, "user_index", seq->last_index);
	json_put_int(rq->out, "total_unread", total);
	return 0;
}

static int inbox_head(struct web_request *rq, struct error *err)
{
	struct inbox_seq seq;

	if (inbox_caller_seq(rq, &seq, err) < 0)
		return -1;
	json_begin(rq->out);
	if (inbox_head_put(rq, &seq, err) < 0)
		return -1;
	json_end(rq->out);
	return 0;
}

const struct web_route inbox_head_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/inbox/head",
	    .name = "inbox.head",
	    .summary = "The head of the inbox.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .handle = inbox_head,
	},
	WEB_ROUTES_END,
};
