/* Signing up. */
#include "user.h"

#include "args.h"
#include "im/user/password.h"
#include "im/user/subject.h"
#include "im/user/user_create.h"
#include "service.h"
#include "view/view.h"

struct signup_args {
	struct str app, username, password, display_name;
};

static const struct web_arg signup_args[] = { ARG_APP(struct signup_args),
	ARG(WEB_BODY, WEB_WORD, "username", struct signup_args, username,
	    .min = 1, .max = USER_NAME_MAX, .set = "._-",
	    .flags = WEB_REQUIRED | WEB_LOWER,
	    .text = "Lower case; never changes."),
	ARG(WEB_BODY, WEB_STR, "password", struct signup_args, password,
	    .min = PASSWORD_MIN, .max = PASSWORD_MAX, .flags = WEB_REQUIRED,
	    .text = "Kept as an argon2id hash."),
	ARG(WEB_BODY, WEB_LABEL, "display_name", struct signup_args,
	    display_name, .min = 1, .max = USER_DISPLAY_MAX,
	    .text = "What others see; defaults to the username."),
	WEB_ARGS_END };

static int check_signup(struct web_request *rq, struct app *app,
    struct error *err)
{
	const struct signup_args *in = rq->args;
	struct service *s = service_of(rq);
	struct user there;
	int found;

	if (subject_is_reserved(in->username) && !rq->caller.is_app)
		return err_field(err, ERR_INVALID_ARGUMENT, "username",
		    "names of this form are made from those of JWTs");
	found = user_app_find(rq, in->app, app, err);
	if (found == 0)
		return err_field(err, ERR_NOT_FOUND, "app", "no such app");
	if (found < 0)
		return -1;
	if (!app->open_signup && !rq->caller.is_app)
		return err_set(err, ERR_FORBIDDEN,
		    "accounts of this app are created by its server");
	/*
	 * Checked again when it is written; this look-up may save a password
	 * hash.
	 */
	found = user_find_named(s->db, rq->arena, app->app_id, in->username,
	    &there, err);
	if (found > 0)
		return err_field(err, ERR_CONFLICT, "username",
		    "the username is taken");
	return found;
}

static int user_signup(struct web_request *rq, struct error *err)
{
	const struct signup_args *in = rq->args;
	struct user u = {
		.username = in->username,
		.display_name = in->display_name,
	};
	struct str hash;
	struct app app;

	if (check_signup(rq, &app, err) < 0 ||
	    password_hash(rq->arena, in->password, &hash, err) < 0)
		return -1;
	u.app_id = app.app_id;
	if (user_create(service_of(rq)->db, rq->arena, &u, hash, err) < 0)
		return -1;
	web_created(rq);
	view_user(rq->out, &u);
	return 0;
}

const struct web_route user_signup_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/users",
	    .name = "user.create",
	    .summary = "Sign up.",
	    .auth = WEB_AUTH_OPTIONAL,
	    .rate = WEB_RATE_SIGNUP,
	    .flags = WEB_IDEMPOTENT | WEB_HEAVY,
	    .args = signup_args,
	    .args_size = sizeof(struct signup_args),
	    .handle = user_signup,
	},
	WEB_ROUTES_END,
};
