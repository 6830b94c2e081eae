/* Stars: messages that the caller has marked for themselves. */
#include "message.h"

#include "args.h"
#include "im/conv/sight.h"
#include "im/user/star.h"
#include "message_act.h"
#include "message_list.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/view.h"

/* ---- message.star, message.unstar ---- */

struct star_args {
	int64_t msg_id;
};

static const struct web_arg star_args[] = { ARG_MSG_ID(struct star_args),
	WEB_ARGS_END };

static int change(struct web_request *rq, bool on, struct error *err)
{
	const struct star_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct inbox_row event;
	struct reader r;
	struct entry e;
	struct star s;

	if (message_act_get(rq, in->msg_id, &e, &r, err) < 0)
		return -1;
	if (on && sight_of(&e, 0) == SIGHT_RECALLED)
		return err_set(err, ERR_GONE, "the message was recalled");
	s = (struct star){
		.user_id = rq->caller.user_id,
		.msg_id = e.msg_id,
		.conv_id = e.conv_id,
		.conv_index = e.conv_index,
	};
	if (star_put(p.db, rq->arena, &s, on, &event, err) < 0)
		return -1;
	publish_own(&p, &event);
	web_no_content(rq);
	return 0;
}

static int put(struct web_request *rq, struct error *err)
{
	return change(rq, true, err);
}

static int drop(struct web_request *rq, struct error *err)
{
	return change(rq, false, err);
}

/* ---- message.starred ---- */

static bool put_star(struct json_writer *w, const void *rows, size_t i,
    const struct entry *e, int64_t floor)
{
	const struct star *star = (const struct star *)rows + i;

	if (sight_of(e, floor) != SIGHT_WHOLE)
		return false;
	json_begin(w);
	json_key(w, "entry");
	view_entry(w, e, floor);
	json_put_int(w, "starred_at", star->starred_ms);
	json_end(w);
	return true;
}

static int starred(struct web_request *rq, struct error *err)
{
	const struct message_list_args *in = rq->args;
	struct star_place after = { INT64_MAX, INT64_MAX };
	struct message_list_item *items;
	struct star *rows;
	size_t n;

	if (message_list_after(in->cursor, &after.starred_ms, &after.msg_id,
		err) < 0 ||
	    star_list(service_of(rq)->db, rq->arena, rq->caller.user_id, &after,
		in->limit + 1, &rows, &n, err) < 0)
		return -1;
	items = ARENA_ARRAY(rq->arena, n, struct message_list_item);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct message_list_item){ { rows[i].conv_id,
							   rows[i].conv_index },
			rows[i].starred_ms, rows[i].msg_id };
	return message_list_answer(rq, items, n, put_star, rows, err);
}

const struct web_route message_star_routes[] = {
	{
	    .method = "PUT",
	    .path = "/v1/messages/{msg_id}/star",
	    .name = "message.star",
	    .summary = "Star a message, for oneself.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = star_args,
	    .args_size = sizeof(struct star_args),
	    .handle = put,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/messages/{msg_id}/star",
	    .name = "message.unstar",
	    .summary = "Take a star away.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = star_args,
	    .args_size = sizeof(struct star_args),
	    .handle = drop,
	},
	{
	    .method = "GET",
	    .path = "/v1/starred",
	    .name = "message.starred",
	    .summary = "The caller's starred messages, newest star first.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = message_list_args,
	    .args_size = sizeof(struct message_list_args),
	    .handle = starred,
	},
	WEB_ROUTES_END,
};
