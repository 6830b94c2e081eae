/* What clients ask about pushes: the key for a subscription, a test, and what
 * became of the pushes to a device. */
#include "user.h"

#include "args.h"
#include "im/push/credential.h"
#include "im/push/explain.h"
#include "im/push/push_job.h"
#include "im/user/registration.h"
#include "io/bus_wake.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/device.h"

/* ---- push.webpush ---- */

static int webpush_key(struct web_request *rq, struct error *err)
{
	struct str key;
	int found = credential_public_key(service_of(rq)->db, rq->arena,
	    rq->caller.app_id, &key, err);

	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "the app has no Web Push");
	if (found < 0)
		return -1;
	json_begin(rq->out);
	json_put_str(rq->out, "public_key", key);
	json_end(rq->out);
	return 0;
}

/* ---- device.test ---- */

struct device_args {
	struct str device_id;
};

static const struct web_arg device_args[] = { ARG_DEVICE(struct device_args),
	WEB_ARGS_END };

static void wake(void *arg)
{
	(void)arg;
	bus_wake("push");
}

static int device_test(struct web_request *rq, struct error *err)
{
	const struct device_args *in = rq->args;
	struct db *db = service_of(rq)->db;
	struct registration r;
	int found = registration_find(db, rq->arena, rq->caller.user_id,
	    in->device_id, &r, err);

	if (found == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "the device is not registered for pushes");
	if (found < 0 ||
	    push_job_test(db, r.user_id, r.device_id, r.app_id, err) < 0)
		return -1;
	db_after_commit(db, rq->arena, wake, NULL);
	json_begin(rq->out);
	json_put_str(rq->out, "device_id", r.device_id);
	json_put_str(rq->out, "provider",
	    str_word(REGISTRATION_PROVIDERS, r.provider));
	json_put_str(rq->out, "decision",
	    str_word(LEDGER_DECISIONS, LEDGER_WAITING));
	json_put_cstr(rq->out, "reason", "queued");
	json_end(rq->out);
	web_accepted(rq);
	return 0;
}

/* ---- device.explain ---- */

struct explain_args {
	struct str device_id;
	int64_t limit, cursor;
};

static const struct web_arg explain_args[] = { ARG_DEVICE(struct explain_args),
	ARG_LIMIT(struct explain_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct explain_args, cursor,
	    .text = "`next` of the previous page."),
	WEB_ARGS_END };

static int device_explain(struct web_request *rq, struct error *err)
{
	const struct explain_args *in = rq->args;
	const struct explain_query q = {
		.app_id = rq->caller.app_id,
		.user_id = rq->caller.user_id,
		.device_id = in->device_id,
		.before_id = in->cursor,
		.limit = in->limit,
	};
	struct explained *rows;
	int64_t next;
	size_t n;

	if (explain(service_of(rq)->db, rq->arena, &q, &rows, &n, &next, err) <
	    0)
		return -1;
	view_explained_page(rq->out, rows, n, next);
	return 0;
}

const struct web_route user_push_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/push/webpush",
	    .name = "push.webpush",
	    .summary = "The app's key for subscriptions of Web Push.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .handle = webpush_key,
	},
	{
	    .method = "POST",
	    .path = "/v1/devices/{device_id}/push/test",
	    .name = "device.test_push",
	    .summary = "Push something to a device, to see whether it comes.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = device_args,
	    .args_size = sizeof(struct device_args),
	    .handle = device_test,
	},
	{
	    .method = "GET",
	    .path = "/v1/devices/{device_id}/push/explain",
	    .name = "device.explain_push",
	    .summary = "What became of the pushes to a device.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = explain_args,
	    .args_size = sizeof(struct explain_args),
	    .handle = device_explain,
	},
	WEB_ROUTES_END,
};
