/* Coming into a group, and requests to be let in. */
#include "conversation.h"

#include "args.h"
#include "im/conv/join_request.h"
#include "im/conv/right.h"
#include "im/user/user.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/people.h"
#include "view/view.h"

/* ---- conversation.join ---- */

struct join_args {
	int64_t conv_id;
	struct str message;
};

static const struct web_arg join_args[] = {
	ARG(WEB_PATH, WEB_ID, "id", struct join_args, conv_id,
	    .flags = WEB_REQUIRED,
	    .text = "The conversation; 404 if only invitations let in."),
	ARG(WEB_BODY, WEB_CHARS, "message", struct join_args, message, .min = 1,
	    .max = 512, .text = "For whoever decides."),
	WEB_ARGS_END
};

static int conversation_join(struct web_request *rq, struct error *err)
{
	const struct join_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	enum group_joined joined;
	struct conv c;

	if (group_join(service_of(rq)->db, rq->arena, &by, in->conv_id,
		in->message, &joined, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	return conversation_joined(rq, in->conv_id, joined, err);
}

/* ---- conversation.join_requests ---- */

struct requests_args {
	int64_t conv_id, limit, cursor;
	bool users;
};

static const struct web_arg requests_args[] = {
	ARG_CONV_ID(struct requests_args), ARG_LIMIT(struct requests_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct requests_args, cursor,
	    .text = "`next` of the previous page."),
	ARG_USERS(struct requests_args), WEB_ARGS_END
};

static void put_request(struct json_writer *w, const struct join_request *r,
    const struct user *u)
{
	json_begin(w);
	json_put_id(w, "user_id", r->user_id);
	if (u) {
		json_key(w, "user");
		view_user(w, u);
	}
	json_put_str(w, "message", r->message);
	if (r->invited_by)
		json_put_id(w, "invited_by", r->invited_by);
	json_put_int(w, "requested_at", r->asked_ms);
	json_end(w);
}

static int put_requests(struct web_request *rq, const struct join_request *rows,
    size_t n, struct people *people, struct error *err)
{
	struct service *s = service_of(rq);
	int64_t *ids = ARENA_ARRAY(rq->arena, n, int64_t);
	struct user *users = NULL;
	size_t n_users = 0;

	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].user_id;
	if (n && user_load(s->db, s->cache, rq->arena, ids, n, &users, &n_users,
		     err) < 0)
		return -1;
	json_key(rq->out, "items");
	json_begin_list(rq->out);
	for (size_t i = 0; i < n; i++) {
		put_request(rq->out, &rows[i],
		    user_pick(users, n_users, rows[i].user_id));
		people_add(people, rows[i].user_id);
		if (rows[i].invited_by)
			people_add(people, rows[i].invited_by);
	}
	json_end_list(rq->out);
	return 0;
}

static int conversation_join_requests(struct web_request *rq, struct error *err)
{
	const struct requests_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct join_request *rows;
	struct member me;
	struct conv c;
	size_t n, shown;

	if (conversation_group(rq, in->conv_id, &c, &me, err) < 0 ||
	    right_decide(&c, &me, err) < 0 ||
	    join_request_list(s->db, rq->arena, in->conv_id, in->cursor,
		in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(rq->out);
	if (put_requests(rq, rows, shown, people, err) < 0)
		return -1;
	if (n > shown)
		json_put_id(rq->out, "next", rows[shown - 1].user_id);
	else
		json_put_null(rq->out, "next");
	if (people_write(people, s->db, s->cache, rq->out, err) < 0)
		return -1;
	json_end(rq->out);
	return 0;
}

/* ---- conversation.decide ---- */

enum { APPROVE = 1, REJECT };
#define DECISIONS "approve|reject"

struct decide_args {
	int64_t conv_id, user_id, decision;
};

static const struct web_arg decide_args[] = { ARG_CONV_ID(struct decide_args),
	ARG(WEB_PATH, WEB_ID, "uid", struct decide_args, user_id,
	    .flags = WEB_REQUIRED, .text = "Whose request it is."),
	ARG(WEB_BODY, WEB_ENUM, "decision", struct decide_args, decision,
	    .set = DECISIONS, .flags = WEB_REQUIRED,
	    .text = "Whether they come in."),
	WEB_ARGS_END };

static int conversation_decide(struct web_request *rq, struct error *err)
{
	const struct decide_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	int exists = conversation_user(rq, in->user_id, err);
	struct conv c;

	if (exists < 0)
		return -1;
	if (group_decide(service_of(rq)->db, rq->arena, &by, in->conv_id,
		in->user_id, in->decision == APPROVE, exists, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_no_content(rq);
	return 0;
}

const struct web_route conversation_join_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/conversations/{id}/join",
	    .name = "conversation.join",
	    .summary = "Come in, or ask to be let in.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT | WEB_BY_PATH_ID,
	    .args = join_args,
	    .args_size = sizeof(struct join_args),
	    .handle = conversation_join,
	},
	{
	    .method = "GET",
	    .path = "/v1/conversations/{id}/join-requests",
	    .name = "conversation.join_requests",
	    .summary = "Who waits to be let in.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = requests_args,
	    .args_size = sizeof(struct requests_args),
	    .handle = conversation_join_requests,
	},
	{
	    .method = "POST",
	    .path = "/v1/conversations/{id}/join-requests/{uid}",
	    .name = "conversation.decide",
	    .summary = "Let somebody in, or refuse it.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT | WEB_BY_PATH_ID,
	    .args = decide_args,
	    .args_size = sizeof(struct decide_args),
	    .handle = conversation_decide,
	},
	WEB_ROUTES_END,
};
