/* Recalling a message. */
#include "message.h"

#include "args.h"
#include "im/conv/message_recall.h"
#include "message_act.h"
#include "service.h"

struct recall_args {
	int64_t msg_id;
};

static const struct web_arg recall_args[] = { ARG_MSG_ID(struct recall_args),
	WEB_ARGS_END };

static int recall(struct web_request *rq, struct error *err)
{
	const struct recall_args *in = rq->args;
	const struct act_by by = message_act_by(rq, in->msg_id);
	struct act_result r;

	if (message_recall(service_of(rq)->db, rq->arena, &by, &r, err) < 0)
		return -1;
	return message_act_answer(rq, &r, err);
}

const struct web_route message_recall_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/messages/{msg_id}/recall",
	    .name = "message.recall",
	    .summary = "Take a message back, for everybody.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = recall_args,
	    .args_size = sizeof(struct recall_args),
	    .handle = recall,
	},
	WEB_ROUTES_END,
};
