/* Exports of what is known of a person, or was said in a conversation. */
#include "user.h"

#include <inttypes.h>

#include "args.h"
#include "im/conv/conv.h"
#include "im/user/export.h"
#include "io/bus_wake.h"
#include "io/json_writer.h"
#include "service.h"

static void view_export(struct json_writer *w, const struct export *e)
{
	json_begin(w);
	json_put_str(w, "state", str_word(EXPORT_STATES, e->state));
	json_put_int(w, "created_at", e->asked_ms);
	json_end(w);
}

static void wake(void *arg)
{
	(void)arg;
	bus_wake("export");
}

static int begin(struct web_request *rq, struct export *e, struct error *err)
{
	struct service *s = service_of(rq);

	if (export_begin(s->db, rq->arena, e, err) < 0)
		return -1;
	db_after_commit(s->db, rq->arena, wake, NULL);
	view_export(rq->out, e);
	web_accepted(rq);
	return 0;
}

static int show(struct web_request *rq, int64_t user_id, int64_t conv_id,
    struct error *err)
{
	struct export e;
	int found = export_find(service_of(rq)->db, rq->arena,
	    rq->caller.app_id, user_id, conv_id, &e, err);

	if (found == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "no export has been asked for");
	if (found < 0)
		return -1;
	view_export(rq->out, &e);
	return 0;
}

/* ---- export.create, export.get ---- */

static int create(struct web_request *rq, struct error *err)
{
	struct export e = { .app_id = rq->caller.app_id,
		.user_id = rq->caller.user_id };

	return begin(rq, &e, err);
}

static int get(struct web_request *rq, struct error *err)
{
	return show(rq, rq->caller.user_id, 0, err);
}

/* ---- admin_export.create, admin_export.get ---- */

struct manage_args {
	int64_t conv_id, user_id;
};

#define MANAGE_ARGS(where)                                                  \
	ARG(where, WEB_ID, "conv_id", struct manage_args, conv_id,          \
	    .text = "A conversation of the app: its members and its log."), \
	    ARG(where, WEB_ID, "user_id", struct manage_args, user_id,      \
		.text = "A user of the app, in place of `conv_id`: as by "  \
			"the user."),                                       \
	    WEB_ARGS_END

static const struct web_arg create_args[] = { MANAGE_ARGS(WEB_BODY) };
static const struct web_arg get_args[] = { MANAGE_ARGS(WEB_QUERY) };

static int check_user(struct web_request *rq, int64_t user_id,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct user u;
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    user_id, &u, err);

	if (found == 0)
		return err_field(err, ERR_NOT_FOUND, "user_id", "no such user");
	return found < 0 ? -1 : 0;
}

static int check_conv(struct web_request *rq, int64_t conv_id,
    struct error *err)
{
	struct conv c;

	if (conv_get(service_of(rq)->db, rq->arena, conv_id, &c, err) < 0 &&
	    err->code != ERR_NOT_FOUND)
		return -1;
	if (err->code == ERR_NOT_FOUND || c.app_id != rq->caller.app_id)
		return err_field(err, ERR_NOT_FOUND, "conv_id",
		    "no such conversation");
	return 0;
}

static int check_subject(struct web_request *rq, const struct manage_args *in,
    struct error *err)
{
	struct str detail = STR_NONE;

	if (!in->conv_id == !in->user_id)
		return err_field(err, ERR_INVALID_ARGUMENT,
		    in->conv_id ? "user_id" : "conv_id",
		    "either conv_id or user_id is required");
	if (in->user_id && check_user(rq, in->user_id, err) < 0)
		return -1;
	if (in->conv_id && check_conv(rq, in->conv_id, err) < 0)
		return -1;
	if (in->conv_id)
		detail = arena_printf(rq->arena, "conv_id=%" PRId64,
		    in->conv_id);
	return service_audit(rq, in->user_id, detail, err);
}

static int create_managed(struct web_request *rq, struct error *err)
{
	const struct manage_args *in = rq->args;
	struct export e = { .app_id = rq->caller.app_id,
		.user_id = in->user_id,
		.conv_id = in->conv_id };

	if (check_subject(rq, in, err) < 0)
		return -1;
	return begin(rq, &e, err);
}

static int get_managed(struct web_request *rq, struct error *err)
{
	const struct manage_args *in = rq->args;

	if (check_subject(rq, in, err) < 0)
		return -1;
	return show(rq, in->user_id, in->conv_id, err);
}

const struct web_route user_export_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/users/me/export",
	    .name = "export.create",
	    .summary = "Ask for a file with what is known of the caller.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .handle = create,
	},
	{
	    .method = "GET",
	    .path = "/v1/users/me/export",
	    .name = "export.get",
	    .summary = "How far that export is.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .handle = get,
	},
	{
	    .method = "POST",
	    .path = "/v1/admin/export",
	    .name = "admin_export.create",
	    .summary =
		"Ask for a file with a conversation, or what is known of "
		"a user.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = create_args,
	    .args_size = sizeof(struct manage_args),
	    .handle = create_managed,
	},
	{
	    .method = "GET",
	    .path = "/v1/admin/export",
	    .name = "admin_export.get",
	    .summary = "How far such an export is.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = get_args,
	    .args_size = sizeof(struct manage_args),
	    .handle = get_managed,
	},
	WEB_ROUTES_END,
};
