/* Searching for users. */
#include "user.h"

#include "args.h"
#include "im/user/search.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/view.h"

struct list_args {
	struct str username, q;
	struct web_ids ids;
	int64_t limit;
};

static const struct web_arg list_args[] = {
	ARG(WEB_QUERY, WEB_STR, "username", struct list_args, username,
	    .min = 1, .max = USER_NAME_MAX, .text = "Exactly this username."),
	ARG(WEB_QUERY, WEB_CHARS, "q", struct list_args, q, .min = 1,
	    .max = USER_DISPLAY_MAX,
	    .text = "Any part of a username or display name; case, accents "
		    "and widths do not matter. Finds at most 20."),
	ARG(WEB_QUERY, WEB_IDS, "ids", struct list_args, ids, .min = 1,
	    .max = 200,
	    .text = "These users, comma separated; unknown ids "
		    "are omitted."),
	ARG_LIMIT(struct list_args), WEB_ARGS_END
};

static int find(struct web_request *rq, struct user **out, size_t *n_out,
    struct error *err)
{
	const struct list_args *in = rq->args;
	struct service *s = service_of(rq);
	int found;

	if (in->q.p)
		return search_users(s->db, s->cache, rq->arena,
		    rq->caller.app_id, in->q, out, n_out, err);
	if (in->ids.given)
		return user_load(s->db, s->cache, rq->arena, in->ids.v,
		    in->ids.n, out, n_out, err);
	*out = ARENA_NEW(rq->arena, struct user);
	found = user_find_named(s->db, rq->arena, rq->caller.app_id,
	    in->username, *out, err);
	*n_out = found > 0;
	return found < 0 ? -1 : 0;
}

static int user_list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct json_writer *w = rq->out;
	struct user *users;
	size_t n, left = (size_t)in->limit;

	if ((in->username.p != NULL) + (in->q.p != NULL) + in->ids.given != 1)
		return err_field(err, ERR_INVALID_ARGUMENT, "username",
		    "exactly one of username, q and ids");
	/* The list of ids is bounded itself. */
	if (in->ids.given)
		left = in->ids.n;
	if (find(rq, &users, &n, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n && left; i++) {
		if (users[i].app_id != rq->caller.app_id)
			continue;
		view_user(w, &users[i]);
		left--;
	}
	json_end_list(w);
	json_put_null(w, "next");
	json_end(w);
	return 0;
}

const struct web_route user_search_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/users",
	    .name = "user.list",
	    .summary = "Find people.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = user_list,
	},
	WEB_ROUTES_END,
};
