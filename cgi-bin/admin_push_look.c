/* Whether pushes come, and why they do not. */
#include "admin.h"

#include "args.h"
#include "im/push/explain.h"
#include "im/push/push_job.h"
#include "im/user/registration.h"
#include "io/bus_wake.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/device.h"

static int check_user(struct web_request *rq, int64_t user_id,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct user u;
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    user_id, &u, err);

	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such user");
	return found < 0 ? -1 : 0;
}

/* ---- push.test ---- */

struct test_args {
	int64_t user_id;
};

static const struct web_arg test_args[] = {
	ARG(WEB_BODY, WEB_ID, "user_id", struct test_args, user_id,
	    .flags = WEB_REQUIRED, .text = "A user of the app."),
	WEB_ARGS_END
};

static void wake(void *arg)
{
	(void)arg;
	bus_wake("push");
}

static int push_test(struct web_request *rq, struct error *err)
{
	const struct test_args *in = rq->args;
	struct db *db = service_of(rq)->db;
	struct json_writer *w = rq->out;
	struct registration *rows;
	size_t n;

	if (check_user(rq, in->user_id, err) < 0 ||
	    service_audit(rq, in->user_id, STR_NONE, err) < 0 ||
	    registration_list(db, rq->arena, in->user_id, &rows, &n, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n; i++) {
		if (push_job_test(db, in->user_id, rows[i].device_id,
			rows[i].app_id, err) < 0)
			return -1;
		json_begin(w);
		json_put_str(w, "device_id", rows[i].device_id);
		json_put_str(w, "provider",
		    str_word(REGISTRATION_PROVIDERS, rows[i].provider));
		json_end(w);
	}
	json_end_list(w);
	json_end(w);
	db_after_commit(db, rq->arena, wake, NULL);
	web_accepted(rq);
	return 0;
}

/* ---- push.explain ---- */

struct explain_args {
	int64_t user_id, msg_id, limit, cursor;
};

static const struct web_arg explain_args[] = {
	ARG(WEB_QUERY, WEB_ID, "user_id", struct explain_args, user_id,
	    .flags = WEB_REQUIRED, .text = "A user of the app."),
	ARG(WEB_QUERY, WEB_ID, "msg_id", struct explain_args, msg_id,
	    .text = "Only what tells of this message; default: of any."),
	ARG_LIMIT(struct explain_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct explain_args, cursor,
	    .text = "`next` of the previous page."),
	WEB_ARGS_END
};

static int push_explain(struct web_request *rq, struct error *err)
{
	const struct explain_args *in = rq->args;
	const struct explain_query q = {
		.app_id = rq->caller.app_id,
		.user_id = in->user_id,
		.msg_id = in->msg_id,
		.before_id = in->cursor,
		.limit = in->limit,
	};
	struct explained *rows;
	int64_t next;
	size_t n;

	if (check_user(rq, in->user_id, err) < 0 ||
	    service_audit(rq, in->user_id, STR_NONE, err) < 0 ||
	    explain(service_of(rq)->db, rq->arena, &q, &rows, &n, &next, err) <
		0)
		return -1;
	view_explained_page(rq->out, rows, n, next);
	return 0;
}

const struct web_route admin_push_look_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/admin/push/test",
	    .name = "push.test",
	    .summary = "Push something to all devices of a user, to see "
		       "whether it comes.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = test_args,
	    .args_size = sizeof(struct test_args),
	    .handle = push_test,
	},
	{
	    .method = "GET",
	    .path = "/v1/admin/push/explain",
	    .name = "push.explain",
	    .summary = "Why did this user get no push?",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = explain_args,
	    .args_size = sizeof(struct explain_args),
	    .handle = push_explain,
	},
	WEB_ROUTES_END,
};
