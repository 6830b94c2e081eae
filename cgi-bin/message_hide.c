/* Deleting a message for oneself. */
#include "message.h"

#include "args.h"
#include "im/conv/history.h"
#include "im/user/personal.h"
#include "message_act.h"
#include "service.h"

struct hide_args {
	int64_t msg_id;
};

static const struct web_arg hide_args[] = { ARG_MSG_ID(struct hide_args),
	WEB_ARGS_END };

static int hide(struct web_request *rq, struct error *err)
{
	const struct hide_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct inbox_row event;
	struct entry e;
	struct hidden h;

	if (history_find(p.db, rq->arena, rq->caller.app_id, rq->caller.user_id,
		in->msg_id, &e, err) < 0)
		return -1;
	web_no_content(rq);
	if (e.is_hidden)
		return 0;
	h = (struct hidden){
		.user_id = rq->caller.user_id,
		.conv_id = e.conv_id,
		.conv_index = e.conv_index,
		.msg_id = e.msg_id,
		.sender_id = e.sender_id,
		.countable = entry_is_countable(&e),
	};
	if (personal_hide(p.db, rq->arena, &h, &event, err) < 0)
		return -1;
	conv_changed(e.conv_id);
	publish_own(&p, &event);
	return 0;
}

const struct web_route message_hide_routes[] = {
	{
	    .method = "DELETE",
	    .path = "/v1/messages/{msg_id}",
	    .name = "message.delete",
	    .summary = "Delete a message for oneself.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = hide_args,
	    .args_size = sizeof(struct hide_args),
	    .handle = hide,
	},
	WEB_ROUTES_END,
};
