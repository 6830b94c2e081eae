/* Changing one's password. */
#include "user.h"

#include "im/user/password.h"
#include "service.h"
#include "view/publish.h"

struct password_args {
	struct str old, fresh;
	bool end_sessions;
};

static const struct web_arg password_args[] = {
	ARG(WEB_BODY, WEB_STR, "old", struct password_args, old, .min = 1,
	    .max = PASSWORD_MAX, .flags = WEB_REQUIRED,
	    .text = "The present one."),
	ARG(WEB_BODY, WEB_STR, "new", struct password_args, fresh,
	    .min = PASSWORD_MIN, .max = PASSWORD_MAX, .flags = WEB_REQUIRED,
	    .text = "The next one."),
	ARG(WEB_BODY, WEB_BOOL, "end_sessions", struct password_args,
	    end_sessions, .text = "Log all other devices out."),
	WEB_ARGS_END
};

int user_check_password(struct web_request *rq, struct str password,
    const char *field, struct error *err)
{
	struct service *s = service_of(rq);
	struct str hash = STR_NONE;
	struct user u;
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    rq->caller.user_id, &u, err);

	if (found == 0)
		return err_set(err, ERR_UNAUTHENTICATED, "no such user");
	if (found < 0 || user_guess(rq, u.app_id, u.username, err) < 0 ||
	    user_password_hash(s->db, rq->arena, u.user_id, &hash, err) < 0)
		return -1;
	if (!password_check(rq->arena, hash, password))
		return err_field(err, ERR_FORBIDDEN, field, "wrong password");
	return 0;
}

/* An app key has no session of its own: all of the user's end. */
static int end_others(struct web_request *rq, struct error *err)
{
	const struct publisher p = service_publisher(rq);
	struct session_ended *ended;
	size_t n;

	if (session_end_all(p.db, p.cache, rq->arena, rq->caller.user_id,
		rq->caller.session_id, SESSION_KICKED, &ended, &n, err) < 0)
		return -1;
	publish_sessions_ended(&p, rq->caller.user_id, ended, n);
	return 0;
}

static int user_password(struct web_request *rq, struct error *err)
{
	const struct password_args *in = rq->args;
	struct service *s = service_of(rq);
	struct str hash;

	if (user_check_password(rq, in->old, "old", err) < 0 ||
	    password_hash(rq->arena, in->fresh, &hash, err) < 0 ||
	    user_set_password(s->db, rq->caller.user_id, hash, err) < 0)
		return -1;
	if (in->end_sessions && end_others(rq, err) < 0)
		return -1;
	web_no_content(rq);
	return 0;
}

const struct web_route user_password_routes[] = {
	{
	    .method = "PUT",
	    .path = "/v1/users/me/password",
	    .name = "user.password",
	    .summary = "Change one's password.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_LOGIN,
	    .flags = WEB_HEAVY,
	    .args = password_args,
	    .args_size = sizeof(struct password_args),
	    .handle = user_password,
	},
	WEB_ROUTES_END,
};
