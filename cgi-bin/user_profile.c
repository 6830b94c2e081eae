/* Profiles: the caller's own and those of others. */
#include "user.h"

#include "args.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/publish.h"
#include "view/view.h"

/* ---- user.me, user.get ---- */

static int get(struct web_request *rq, int64_t user_id, struct error *err)
{
	struct service *s = service_of(rq);
	struct user u;
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    user_id, &u, err);

	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such user");
	if (found < 0)
		return -1;
	view_user(rq->out, &u);
	return 0;
}

static int user_me(struct web_request *rq, struct error *err)
{
	return get(rq, rq->caller.user_id, err);
}

struct get_args {
	int64_t user_id;
};

static const struct web_arg get_args[] = {
	ARG(WEB_PATH, WEB_ID, "id", struct get_args, user_id,
	    .flags = WEB_REQUIRED, .text = "The user, of the same app."),
	WEB_ARGS_END
};

static int user_get(struct web_request *rq, struct error *err)
{
	const struct get_args *in = rq->args;

	return get(rq, in->user_id, err);
}

/* ---- user.change ---- */

struct profile_args {
	struct user_profile profile;
};

static const struct web_arg profile_args[] = {
	ARGS_PROFILE(struct profile_args), WEB_ARGS_END
};

static struct str text_or_none(struct str s)
{
	return s.len ? s : STR_NONE;
}

struct user_patch user_profile_patch(struct web_request *rq,
    const struct user_profile *in)
{
	const json_t *b = rq->body;

	return (struct user_patch){
		.has_display_name = json_object_get(b, "display_name") != NULL,
		.has_avatar = json_object_get(b, "avatar") != NULL,
		.has_bio = json_object_get(b, "bio") != NULL,
		.has_meta = json_object_get(b, "meta") != NULL,
		.display_name = in->display_name,
		.avatar = text_or_none(in->avatar),
		.bio = text_or_none(in->bio),
		.meta = in->meta ? json_dump(rq->arena, in->meta) : STR_NONE,
	};
}

static int user_change(struct web_request *rq, struct error *err)
{
	const struct publisher p = service_publisher(rq);
	const struct profile_args *in = rq->args;
	struct user_patch patch = user_profile_patch(rq, &in->profile);
	struct inbox_row event;
	struct user u;

	if (user_update(p.db, p.cache, rq->arena, rq->caller.user_id, &patch,
		&u, &event, err) < 0)
		return -1;
	if (event.user_index)
		publish_profile(&p, &event, &u);
	view_user(rq->out, &u);
	return 0;
}

const struct web_route user_profile_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/users/me",
	    .name = "user.me",
	    .summary = "The caller's profile.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .handle = user_me,
	},
	{
	    .method = "PATCH",
	    .path = "/v1/users/me",
	    .name = "user.change",
	    .summary = "Change the caller's profile.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = profile_args,
	    .args_size = sizeof(struct profile_args),
	    .handle = user_change,
	},
	{
	    .method = "GET",
	    .path = "/v1/users/{id}",
	    .name = "user.get",
	    .summary = "The profile of a user.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = get_args,
	    .args_size = sizeof(struct get_args),
	    .handle = user_get,
	},
	WEB_ROUTES_END,
};
