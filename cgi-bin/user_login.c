/* Logging in. */
#include "user.h"

#include "args.h"
#include "im/user/password.h"
#include "service.h"

struct login_args {
	struct str app, username, password;
	struct str device_id, device_name;
	int64_t platform;
	bool has_device;
};

static const struct web_arg device_args[] = {
	ARG(WEB_BODY, WEB_WORD, "id", struct login_args, device_id, .min = 1,
	    .max = SESSION_DEVICE_MAX, .set = "._-", .flags = WEB_REQUIRED,
	    .text = "Created once per installation of the client, and kept."),
	ARG(WEB_BODY, WEB_ENUM, "platform", struct login_args, platform,
	    .set = SESSION_PLATFORMS, .flags = WEB_REQUIRED,
	    .text = "What the client runs on."),
	ARG(WEB_BODY, WEB_LABEL, "name", struct login_args, device_name,
	    .min = 1, .max = 256, .text = "Shown in the list of sessions."),
	WEB_ARGS_END
};

static const struct web_arg login_args[] = { ARG_APP(struct login_args),
	ARG(WEB_BODY, WEB_STR, "username", struct login_args, username,
	    .min = 1, .max = USER_NAME_MAX, .flags = WEB_REQUIRED,
	    .text = "As at sign-up."),
	ARG(WEB_BODY, WEB_STR, "password", struct login_args, password,
	    .min = 1, .max = PASSWORD_MAX, .flags = WEB_REQUIRED,
	    .text = "As at sign-up."),
	ARG_HAS(WEB_BODY, WEB_STRUCT, "device", struct login_args, device_id,
	    has_device, .of = device_args, .flags = WEB_REQUIRED,
	    .text =
		"A new log-in ends the earlier session of the same device."),
	WEB_ARGS_END };

/*
 * Finds the user: 1, or 0 for a wrong name or password.  Both cases run the
 * same two queries and one argon2id, so that they take the same time.
 */
static int check_login(struct web_request *rq, const struct app *app,
    struct user *u, struct error *err)
{
	const struct login_args *in = rq->args;
	struct service *s = service_of(rq);
	struct str hash = STR_NONE;
	int found = user_find_named(s->db, rq->arena, app->app_id, in->username,
	    u, err);

	if (found < 0 || user_password_hash(s->db, rq->arena,
			     found ? u->user_id : 0, &hash, err) < 0)
		return -1;
	return password_check(rq->arena, hash, in->password);
}

static int find_account(struct web_request *rq, struct app *app, struct user *u,
    struct error *err)
{
	const struct login_args *in = rq->args;
	int found = user_app_find(rq, in->app, app, err);

	if (found < 0)
		return -1;
	if (found == 0)
		*app = (struct app){ .app_id = 0 };
	if (user_guess(rq, app->app_id, in->username, err) < 0)
		return -1;
	found = check_login(rq, app, u, err);
	if (found == 0)
		return err_set(err, ERR_UNAUTHENTICATED,
		    "wrong username or password");
	if (found > 0 && u->disabled_ms != 0)
		return err_set(err, ERR_FORBIDDEN, "the account is disabled");
	return found < 0 ? -1 : 0;
}

static int user_login(struct web_request *rq, struct error *err)
{
	const struct login_args *in = rq->args;
	struct session session = {
		.platform = in->platform,
		.device_id = in->device_id,
		.device_name = in->device_name,
		.ip = service_ip(rq),
	};
	struct user u;
	struct app app;

	if (find_account(rq, &app, &u, err) < 0)
		return -1;
	return service_log_in(rq, &app, &u, &session, err);
}

const struct web_route user_login_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/sessions",
	    .name = "session.create",
	    .summary = "Log in.",
	    .auth = WEB_AUTH_OPTIONAL,
	    .rate = WEB_RATE_LOGIN,
	    .flags = WEB_IDEMPOTENT | WEB_SECRET | WEB_HEAVY,
	    .args = login_args,
	    .args_size = sizeof(struct login_args),
	    .handle = user_login,
	},
	WEB_ROUTES_END,
};
