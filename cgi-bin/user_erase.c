/* Leaving for good. */
#include "user.h"

#include "args.h"
#include "im/user/erasure.h"
#include "im/user/password.h"
#include "io/bus_wake.h"
#include "service.h"

static int erase(struct web_request *rq, int64_t user_id, struct error *err)
{
	struct service *s = service_of(rq);

	if (erasure_begin(s->db, s->cache, rq->arena, user_id, err) < 0 ||
	    service_end_sessions(rq, user_id, err) < 0)
		return -1;
	bus_wake("erase");
	web_no_content(rq);
	return 0;
}

/* ---- user.erase ---- */

struct erase_args {
	struct str password;
};

static const struct web_arg erase_args[] = {
	ARG(WEB_BODY, WEB_STR, "password", struct erase_args, password,
	    .min = 1, .max = PASSWORD_MAX, .flags = WEB_REQUIRED,
	    .text = "The caller's."),
	WEB_ARGS_END
};

static int erase_me(struct web_request *rq, struct error *err)
{
	const struct erase_args *in = rq->args;

	if (user_check_password(rq, in->password, "password", err) < 0)
		return -1;
	return erase(rq, rq->caller.user_id, err);
}

/* ---- admin_user.erase ---- */

struct manage_args {
	int64_t user_id;
};

static const struct web_arg manage_args[] = {
	ARG(WEB_PATH, WEB_ID, "id", struct manage_args, user_id,
	    .flags = WEB_REQUIRED, .text = "The user, of the app."),
	WEB_ARGS_END
};

/* A repeat finds the tombstone. */
static int erase_managed(struct web_request *rq, struct error *err)
{
	const struct manage_args *in = rq->args;
	struct user *u;

	if (user_read(service_of(rq)->db, rq->arena, in->user_id, &u, err) < 0)
		return -1;
	if (!u || u->app_id != rq->caller.app_id)
		return err_set(err, ERR_NOT_FOUND, "no such user");
	if (service_audit(rq, in->user_id, STR_NONE, err) < 0)
		return -1;
	return erase(rq, in->user_id, err);
}

const struct web_route user_erase_routes[] = {
	{
	    .method = "DELETE",
	    .path = "/v1/users/me",
	    .name = "user.erase",
	    .summary = "Leave for good.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_LOGIN,
	    .flags = WEB_HEAVY,
	    .args = erase_args,
	    .args_size = sizeof(struct erase_args),
	    .handle = erase_me,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/admin/users/{id}",
	    .name = "admin_user.erase",
	    .summary = "Erase a user.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .args = manage_args,
	    .args_size = sizeof(struct manage_args),
	    .handle = erase_managed,
	},
	WEB_ROUTES_END,
};
