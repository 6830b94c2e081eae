#include "user_account.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "im/user/password.h"
#include "im/site/rate.h"
#include "service.h"
#include "view/session.h"
#include "view/view.h"

/*
 * The app that a request without a user's token is about: that of the key,
 * the one that is named, or the only one.  1 found, 0 no such app.
 */
static int find_app(struct web_request *rq, struct str name, struct app *out,
    struct error *err)
{
	struct service *s = service_of(rq);
	int found;

	if (rq->caller.is_app) {
		found = app_find(s->db, rq->arena, rq->caller.app_id, out, err);
		if (found > 0 && name.p && !str_eq(name, out->name))
			return err_field(err, ERR_INVALID_ARGUMENT, "app",
			    "the key is another app's");
		return found;
	}
	if (name.p) {
		found = app_find_named(s->db, rq->arena, name, out, err);
		return found > 0 ? out->disabled_ms == 0 : found;
	}
	found = app_find_only(s->db, rq->arena, out, err);
	if (found == 0)
		return err_field(err, ERR_INVALID_ARGUMENT, "app",
		    "is required where several apps are served");
	return found;
}

static int check_signup(struct web_request *rq, struct app *app,
    struct error *err)
{
	const struct signup_args *in = rq->args;
	struct service *s = service_of(rq);
	struct user there;
	int found;

	if (!user_is_name(in->username))
		return err_field(err, ERR_INVALID_ARGUMENT, "username",
		    "must be of a-z 0-9 . _ -");
	found = find_app(rq, in->app, app, err);
	if (found == 0)
		return err_field(err, ERR_NOT_FOUND, "app", "no such app");
	if (found < 0)
		return -1;
	if (!app->open_signup && !rq->caller.is_app)
		return err_set(err, ERR_FORBIDDEN,
		    "accounts of this app are made by its server");
	/* Again when it is written; this one saves a password hash. */
	found = user_find_named(s->db, rq->arena, app->app_id, in->username,
	    &there, err);
	if (found > 0)
		return err_field(err, ERR_CONFLICT, "username",
		    "the username is taken");
	return found;
}

int user_signup(struct web_request *rq, struct error *err)
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

/*
 * Who it is: 1, or 0 for a wrong name or password.  Both run the same two
 * queries and one argon2id, so that they take the same time.
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
	return password_check(rq->arena, hash, in->password, err);
}

static int open_session(struct web_request *rq, const struct app *app,
    const struct user *u, struct session *session, struct str token,
    struct error *err)
{
	const struct login_args *in = rq->args;
	struct service *s = service_of(rq);
	struct session_ended *ended;
	size_t n;

	*session = (struct session){
		.user_id = u->user_id,
		.app_id = app->app_id,
		.platform = in->platform,
		.device_id = in->device_id,
		.device_name = in->device_name,
		.ip = service_ip(rq),
	};
	if (session_create(s->db, s->cache, rq->arena, session, token,
		app->one_per_platform != 0, &ended, &n, err) < 0)
		return -1;
	service_sessions_ended(rq, u->user_id, ended, n);
	return 0;
}

static int find_account(struct web_request *rq, struct app *app, struct user *u,
    struct error *err)
{
	const struct login_args *in = rq->args;
	struct service *s = service_of(rq);
	int found = find_app(rq, in->app, app, err);

	if (found < 0)
		return -1;
	if (found == 0)
		*app = (struct app){ .app_id = 0 };
	if (rate_take(s->cache, rq->arena, RATE_ACCOUNT,
		arena_printf(rq->arena, "%" PRId64 "/%.*s", app->app_id,
		    STR_ARG(in->username)),
		err) < 0)
		return -1;
	found = check_login(rq, app, u, err);
	if (found == 0)
		return err_set(err, ERR_UNAUTHENTICATED,
		    "wrong username or password");
	return found < 0 ? -1 : 0;
}

int user_login(struct web_request *rq, struct error *err)
{
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;
	struct str token = crypto_token(rq->arena, SESSION_TOKEN_PREFIX);
	struct session session;
	struct inbox_seq seq;
	struct user u;
	struct app app;

	if (find_account(rq, &app, &u, err) < 0 ||
	    open_session(rq, &app, &u, &session, token, err) < 0 ||
	    inbox_seq_get(s->db, rq->arena, u.user_id, &seq, err) < 0)
		return -1;
	web_created(rq);
	json_begin(w);
	json_put_str(w, "token", token);
	json_key(w, "user");
	view_user(w, &u);
	json_key(w, "session");
	view_session(w, &session, true);
	json_put_id(w, "stream_id", seq.stream_id);
	json_put_int(w, "user_index", seq.last_index);
	json_end(w);
	return 0;
}
