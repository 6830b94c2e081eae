/* Who is online. */
#include "user.h"

#include "im/user/privacy.h"
#include "io/json_writer.h"
#include "io/presence.h"
#include "service.h"

#define USERS_MAX 200

struct presence_args {
	struct web_ids users;
};

static const struct web_arg presence_args[] = {
	ARG(WEB_QUERY, WEB_IDS, "users", struct presence_args, users, .min = 1,
	    .max = USERS_MAX, .flags = WEB_REQUIRED,
	    .text = "These users, comma separated; unknown ids are omitted."),
	WEB_ARGS_END
};

/* Those of the caller's app, in the order asked. */
static int find(struct web_request *rq, struct presence **out, int64_t **ids,
    size_t *n_out, struct error *err)
{
	const struct presence_args *in = rq->args;
	struct service *s = service_of(rq);
	struct user *users;
	size_t n_users, n = 0;

	if (user_load(s->db, s->cache, rq->arena, in->users.v, in->users.n,
		&users, &n_users, err) < 0)
		return -1;
	*out = ARENA_ARRAY(rq->arena, in->users.n, struct presence);
	*ids = ARENA_ARRAY(rq->arena, in->users.n, int64_t);
	for (size_t i = 0; i < in->users.n; i++) {
		const struct user *u = user_pick(users, n_users,
		    in->users.v[i]);

		if (!u || u->app_id != rq->caller.app_id)
			continue;
		(*ids)[n] = u->user_id;
		(*out)[n++].user_id = u->user_id;
	}
	*n_out = n;
	return 0;
}

static void write_item(struct json_writer *w, const struct presence *p,
    bool shows_last_seen)
{
	struct str rest = p->platforms;

	json_begin(w);
	json_put_id(w, "user_id", p->user_id);
	json_put_cstr(w, "state", presence_name(p->state));
	if (p->state == PRESENCE_OFFLINE && p->last_ms && shows_last_seen)
		json_put_int(w, "last_seen_at", p->last_ms);
	json_key(w, "platforms");
	json_begin_list(w);
	while (rest.p && rest.len)
		json_str(w, str_cut(&rest, ','));
	json_end_list(w);
	json_end(w);
}

static int presence_list(struct web_request *rq, struct error *err)
{
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;
	struct presence *users;
	bool *refuses;
	int64_t *ids;
	size_t n;

	if (find(rq, &users, &ids, &n, err) < 0 ||
	    privacy_refusals(s->db, rq->arena, PRIVACY_LAST_SEEN,
		rq->caller.user_id, ids, n, &refuses, err) < 0)
		return -1;
	if (!presence_get(s->cache, rq->arena, users, n))
		return err_set(err, ERR_BUSY, "presence is not known now");
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n; i++)
		write_item(w, &users[i], !refuses[i]);
	json_end_list(w);
	json_end(w);
	return 0;
}

const struct web_route user_presence_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/presence",
	    .name = "presence.list",
	    .summary = "Who is online.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = presence_args,
	    .args_size = sizeof(struct presence_args),
	    .handle = presence_list,
	},
	WEB_ROUTES_END,
};
