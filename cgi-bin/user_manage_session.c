/* Sessions of users, as the app's server opens, lists and ends them. */
#include "user.h"

#include "args.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/session.h"

#define ARG_USER(S)                                                    \
	ARG(WEB_PATH, WEB_ID, "id", S, user_id, .flags = WEB_REQUIRED, \
	    .text = "The user, of the app.")

/* ---- admin_user.token ---- */

struct token_args {
	int64_t user_id;
	struct str device_id, device_name;
	int64_t platform;
	bool has_device;
};

static const struct web_arg device_args[] = {
	ARG(WEB_BODY, WEB_WORD, "id", struct token_args, device_id, .min = 1,
	    .max = SESSION_DEVICE_MAX, .set = "._-", .flags = WEB_REQUIRED,
	    .text = "Created once per installation of the client, and kept."),
	ARG(WEB_BODY, WEB_ENUM, "platform", struct token_args, platform,
	    .set = SESSION_PLATFORMS, .flags = WEB_REQUIRED,
	    .text = "What the client runs on."),
	ARG(WEB_BODY, WEB_LABEL, "name", struct token_args, device_name,
	    .min = 1, .max = 256, .text = "Shown in the list of sessions."),
	WEB_ARGS_END
};

static const struct web_arg token_args[] = { ARG_USER(struct token_args),
	ARG_HAS(WEB_BODY, WEB_STRUCT, "device", struct token_args, device_id,
	    has_device, .of = device_args, .flags = WEB_REQUIRED,
	    .text = "A new token ends the earlier session of the same device."),
	WEB_ARGS_END };

static int token(struct web_request *rq, struct error *err)
{
	const struct token_args *in = rq->args;
	struct service *s = service_of(rq);
	struct session session = {
		.platform = in->platform,
		.device_id = in->device_id,
		.device_name = in->device_name,
	};
	struct app app;
	struct user u;
	int found;

	if (user_managed(rq, in->user_id, &u, err) < 0)
		return -1;
	if (u.disabled_ms)
		return err_set(err, ERR_FORBIDDEN, "the account is disabled");
	found = app_find(s->db, rq->arena, rq->caller.app_id, &app, err);
	if (found == 0)
		return err_set(err, ERR_FORBIDDEN, "no such app");
	if (found < 0 || service_audit(rq, u.user_id, in->device_id, err) < 0)
		return -1;
	return service_log_in(rq, &app, &u, &session, err);
}

/* ---- admin_user.sessions ---- */

struct sessions_args {
	int64_t user_id, limit, cursor;
};

static const struct web_arg sessions_args[] = { ARG_USER(struct sessions_args),
	ARG_LIMIT(struct sessions_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct sessions_args, cursor,
	    .text = "`next` of the previous page."),
	WEB_ARGS_END };

static int sessions(struct web_request *rq, struct error *err)
{
	const struct sessions_args *in = rq->args;
	struct json_writer *w = rq->out;
	struct session *rows;
	struct user u;
	size_t n, shown;

	if (user_managed(rq, in->user_id, &u, err) < 0 ||
	    service_audit(rq, u.user_id, STR_NONE, err) < 0 ||
	    session_list(service_of(rq)->db, rq->arena, u.user_id, in->cursor,
		in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++)
		view_session(w, &rows[i], false);
	json_end_list(w);
	if (n > shown)
		json_put_id(w, "next", rows[shown - 1].session_id);
	else
		json_put_null(w, "next");
	json_end(w);
	return 0;
}

/* ---- admin_user.end_sessions ---- */

struct end_args {
	int64_t user_id;
};

static const struct web_arg end_args[] = { ARG_USER(struct end_args),
	WEB_ARGS_END };

static int end(struct web_request *rq, struct error *err)
{
	const struct end_args *in = rq->args;
	struct user u;

	if (user_managed(rq, in->user_id, &u, err) < 0 ||
	    service_audit(rq, u.user_id, STR_NONE, err) < 0 ||
	    service_end_sessions(rq, u.user_id, err) < 0)
		return -1;
	web_no_content(rq);
	return 0;
}

const struct web_route user_manage_session_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/admin/users/{id}/tokens",
	    .name = "admin_user.token",
	    .summary = "Log a user in.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT | WEB_SECRET,
	    .args = token_args,
	    .args_size = sizeof(struct token_args),
	    .handle = token,
	},
	{
	    .method = "GET",
	    .path = "/v1/admin/users/{id}/sessions",
	    .name = "admin_user.sessions",
	    .summary = "The sessions of a user.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = sessions_args,
	    .args_size = sizeof(struct sessions_args),
	    .handle = sessions,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/admin/users/{id}/sessions",
	    .name = "admin_user.end_sessions",
	    .summary = "Log a user out everywhere.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .args = end_args,
	    .args_size = sizeof(struct end_args),
	    .handle = end,
	},
	WEB_ROUTES_END,
};
