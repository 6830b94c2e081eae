/* Users, as the app's server manages them. */
#include "user.h"

#include <inttypes.h>

#include "args.h"
#include "im/user/password.h"
#include "im/user/search.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/publish.h"
#include "view/view.h"

int user_managed(struct web_request *rq, int64_t user_id, struct user *out,
    struct error *err)
{
	struct service *s = service_of(rq);
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    user_id, out, err);

	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such user");
	return found < 0 ? -1 : 0;
}

/* ---- admin_user.list ---- */

struct list_args {
	int64_t limit, after;
	struct str q;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_ID, "after", struct list_args, after,
	    .text = "`next` of the previous page."),
	ARG(WEB_QUERY, WEB_CHARS, "q", struct list_args, q, .min = 1,
	    .max = USER_DISPLAY_MAX,
	    .text = "Any part of a username or display name, or a username of "
		    "a disabled user. Finds at most 20."),
	WEB_ARGS_END };

/* Searches leave disabled users out; their names find them. */
static int search(struct web_request *rq, struct str q, struct user **out,
    size_t *n_out, struct error *err)
{
	struct service *s = service_of(rq);
	struct user u, *users;
	size_t n;
	int found;

	if (search_users(s->db, s->cache, rq->arena, rq->caller.app_id, q,
		&users, &n, err) < 0)
		return -1;
	found = user_find_named(s->db, rq->arena, rq->caller.app_id, q, &u,
	    err);
	if (found < 0)
		return -1;
	*out = ARENA_ARRAY(rq->arena, n + 1, struct user);
	*n_out = 0;
	if (found && u.disabled_ms)
		(*out)[(*n_out)++] = u;
	for (size_t i = 0; i < n; i++)
		(*out)[(*n_out)++] = users[i];
	return 0;
}

static int list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct json_writer *w = rq->out;
	struct user *users;
	size_t n, shown;

	if (service_audit(rq, 0, STR_NONE, err) < 0)
		return -1;
	if (in->q.p) {
		if (search(rq, in->q, &users, &n, err) < 0)
			return -1;
	} else if (user_page(service_of(rq)->db, rq->arena, rq->caller.app_id,
		       in->after, in->limit + 1, &users, &n, err) < 0) {
		return -1;
	}
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++)
		view_user_admin(w, &users[i]);
	json_end_list(w);
	if (n > shown && !in->q.p)
		json_put_id(w, "next", users[shown - 1].user_id);
	else
		json_put_null(w, "next");
	json_end(w);
	return 0;
}

/* ---- admin_user.get ---- */

struct user_args {
	int64_t user_id;
};

#define ARG_USER(S)                                                    \
	ARG(WEB_PATH, WEB_ID, "id", S, user_id, .flags = WEB_REQUIRED, \
	    .text = "The user, of the app.")

static const struct web_arg user_args[] = { ARG_USER(struct user_args),
	WEB_ARGS_END };

static int get(struct web_request *rq, struct error *err)
{
	const struct user_args *in = rq->args;
	struct user u;

	if (user_managed(rq, in->user_id, &u, err) < 0 ||
	    service_audit(rq, u.user_id, STR_NONE, err) < 0)
		return -1;
	view_user_admin(rq->out, &u);
	return 0;
}

/* ---- admin_user.change ---- */

struct change_args {
	int64_t user_id;
	struct user_profile profile;
	struct str password;
	bool disabled, has_disabled;
};

static const struct web_arg change_args[] = { ARG_USER(struct change_args),
	ARGS_PROFILE(struct change_args),
	ARG_HAS(WEB_BODY, WEB_BOOL, "disabled", struct change_args, disabled,
	    has_disabled,
	    .text = "A disabled user cannot log in; it ends the sessions."),
	ARG(WEB_BODY, WEB_STR, "password", struct change_args, password,
	    .min = PASSWORD_MIN, .max = PASSWORD_MAX,
	    .text = "A new password; it ends the sessions."),
	WEB_ARGS_END };

/* The names of the fields, for the audit log. */
static struct str fields_of(struct web_request *rq)
{
	struct str s = STR("");
	const char *key;
	json_t *value;

	json_object_foreach(rq->body, key, value) s = arena_printf(rq->arena,
	    "%.*s%s%s", STR_ARG(s), s.len ? " " : "", key);
	return s;
}

/* The account first: a session that is opened meanwhile is ended, too. */
static int change_account(struct web_request *rq, struct error *err)
{
	const struct change_args *in = rq->args;
	struct service *s = service_of(rq);
	struct str hash;

	if (in->password.p &&
	    (password_hash(rq->arena, in->password, &hash, err) < 0 ||
		user_set_password(s->db, in->user_id, hash, err) < 0))
		return -1;
	if (in->has_disabled && user_set_disabled(s->db, s->cache, rq->arena,
				    in->user_id, in->disabled, err) < 0)
		return -1;
	if (in->password.p || (in->has_disabled && in->disabled))
		return service_end_sessions(rq, in->user_id, err);
	return 0;
}

static int change(struct web_request *rq, struct error *err)
{
	const struct change_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct user_patch patch = user_profile_patch(rq, &in->profile);
	struct inbox_row event;
	struct user u;

	if (user_managed(rq, in->user_id, &u, err) < 0 ||
	    service_audit(rq, u.user_id, fields_of(rq), err) < 0 ||
	    change_account(rq, err) < 0 ||
	    user_update(p.db, p.cache, rq->arena, in->user_id, &patch, &u,
		&event, err) < 0)
		return -1;
	if (event.user_index)
		publish_profile(&p, &event, &u);
	view_user_admin(rq->out, &u);
	return 0;
}

const struct web_route user_manage_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/admin/users",
	    .name = "admin_user.list",
	    .summary = "The app's users.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = list,
	},
	{
	    .method = "GET",
	    .path = "/v1/admin/users/{id}",
	    .name = "admin_user.get",
	    .summary = "A user of the app.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = user_args,
	    .args_size = sizeof(struct user_args),
	    .handle = get,
	},
	{
	    .method = "PATCH",
	    .path = "/v1/admin/users/{id}",
	    .name = "admin_user.change",
	    .summary = "Change a user, or disable one.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_HEAVY,
	    .args = change_args,
	    .args_size = sizeof(struct change_args),
	    .handle = change,
	},
	WEB_ROUTES_END,
};
