/* Sessions of the caller. */
#include "user.h"

#include "args.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/publish.h"
#include "view/session.h"

/* ---- session.list ---- */

struct list_args {
	int64_t limit, cursor;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct list_args, cursor,
	    .text = "`next` of the previous page."),
	WEB_ARGS_END };

static int user_session_list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct json_writer *w = rq->out;
	struct session *rows;
	size_t n, shown;

	/* Reads one more than the page, to see whether there is a next one. */
	if (session_list(service_of(rq)->db, rq->arena, rq->caller.user_id,
		in->cursor, in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++)
		view_session(w, &rows[i],
		    rows[i].session_id == rq->caller.session_id);
	json_end_list(w);
	if (n > shown)
		json_put_id(w, "next", rows[shown - 1].session_id);
	else
		json_put_null(w, "next");
	json_end(w);
	return 0;
}

/* ---- session.current ---- */

static int need_session(struct web_request *rq, struct error *err)
{
	if (rq->caller.session_id)
		return 0;
	return err_set(err, ERR_NOT_FOUND, "an app key has no session");
}

static int user_session_current(struct web_request *rq, struct error *err)
{
	struct session s;

	if (need_session(rq, err) < 0 ||
	    session_get(service_of(rq)->db, rq->arena, rq->caller.user_id,
		rq->caller.session_id, &s, err) < 0)
		return -1;
	view_session(rq->out, &s, true);
	return 0;
}

/* ---- session.end, session.end_current ---- */

struct session_args {
	int64_t session_id;
};

static const struct web_arg session_args[] = {
	ARG(WEB_PATH, WEB_ID, "id", struct session_args, session_id,
	    .flags = WEB_REQUIRED, .text = "The session."),
	WEB_ARGS_END
};

static int end(struct web_request *rq, int64_t session_id,
    enum session_end reason, struct error *err)
{
	const struct publisher p = service_publisher(rq);
	struct session_ended ended = { session_id, reason };
	int now = session_end(p.db, p.cache, rq->arena, rq->caller.user_id,
	    session_id, reason, err);

	if (now < 0)
		return -1;
	if (now)
		publish_sessions_ended(&p, rq->caller.user_id, &ended, 1);
	web_no_content(rq);
	return 0;
}

static int user_session_end(struct web_request *rq, struct error *err)
{
	const struct session_args *in = rq->args;

	return end(rq, in->session_id, SESSION_KICKED, err);
}

static int user_session_end_current(struct web_request *rq, struct error *err)
{
	if (need_session(rq, err) < 0)
		return -1;
	return end(rq, rq->caller.session_id, SESSION_LOGGED_OUT, err);
}

const struct web_route user_session_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/sessions",
	    .name = "session.list",
	    .summary = "The caller's sessions.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = user_session_list,
	},
	{
	    .method = "GET",
	    .path = "/v1/sessions/current",
	    .name = "session.current",
	    .summary = "The session of this request.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .handle = user_session_current,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/sessions/current",
	    .name = "session.end_current",
	    .summary = "Log out.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .handle = user_session_end_current,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/sessions/{id}",
	    .name = "session.end",
	    .summary = "Log another device out.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = session_args,
	    .args_size = sizeof(struct session_args),
	    .handle = user_session_end,
	},
	WEB_ROUTES_END,
};
