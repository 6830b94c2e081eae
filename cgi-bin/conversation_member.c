/* Adding and removing members. */
#include "conversation.h"

#include "args.h"
#include "im/user/privacy.h"
#include "im/user/user.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/view.h"

/* ---- conversation.add ---- */

struct add_args {
	int64_t conv_id;
	struct web_ids user_ids;
};

static const struct web_arg add_args[] = { ARG_CONV_ID(struct add_args),
	ARG(WEB_BODY, WEB_IDS, "user_ids", struct add_args, user_ids, .min = 1,
	    .max = 500, .flags = WEB_REQUIRED, .text = "The users to add."),
	WEB_ARGS_END };

void conversation_write_added(struct web_request *rq, struct group_add *adds,
    size_t n, const struct user *users, size_t n_users, int64_t version)
{
	struct json_writer *w = rq->out;

	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n; i++) {
		struct group_add *add = &adds[i];

		/* The marks of members who come back were not read. */
		if (add->outcome == GROUP_ALREADY)
			add->member.read_index = -1;
		json_begin(w);
		json_put_id(w, "user_id", add->user_id);
		json_put_cstr(w, "outcome", group_outcome_names[add->outcome]);
		if (add->member.user_id != 0) {
			json_key(w, "member");
			view_member(w, &add->member,
			    user_pick(users, n_users, add->user_id));
		}
		json_end(w);
	}
	json_end_list(w);
	json_put_int(w, "version", version);
	json_end(w);
}

/* Those whom the caller may add at all. */
static int find_addable(struct web_request *rq, struct group_add *adds,
    size_t n, struct user **users, size_t *n_users, struct error *err)
{
	const struct add_args *in = rq->args;
	struct service *s = service_of(rq);
	bool *refuses;

	if (user_load(s->db, s->cache, rq->arena, in->user_ids.v, n, users,
		n_users, err) < 0 ||
	    privacy_refusals(s->db, rq->arena, PRIVACY_ADD_TO_GROUPS,
		rq->caller.user_id, in->user_ids.v, n, &refuses, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int64_t id = in->user_ids.v[i];
		const struct user *u = user_pick(*users, *n_users, id);

		adds[i].user_id = id;
		adds[i].exists = u != NULL && u->disabled_ms == 0 &&
				 u->app_id == rq->caller.app_id;
		adds[i].refuses = refuses[i];
	}
	return 0;
}

static int conversation_add(struct web_request *rq, struct error *err)
{
	const struct add_args *in = rq->args;
	struct service *s = service_of(rq);
	struct group_actor by = conversation_actor(rq);
	size_t n = in->user_ids.n, n_users;
	struct group_add *adds = ARENA_ARRAY(rq->arena, n, struct group_add);
	struct user *users;
	struct conv c;

	if (find_addable(rq, adds, n, &users, &n_users, err) < 0)
		return -1;
	if (group_add(s->db, rq->arena, &by, in->conv_id, adds, n, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	conversation_write_added(rq, adds, n, users, n_users, c.version);
	return 0;
}

/* ---- conversation.remove ---- */

struct remove_args {
	int64_t conv_id, user_id;
};

static const struct web_arg remove_args[] = { ARG_CONV_ID(struct remove_args),
	ARG(WEB_PATH, WEB_ID, "uid", struct remove_args, user_id,
	    .flags = WEB_REQUIRED, .text = "The user to remove."),
	WEB_ARGS_END };

static int conversation_remove(struct web_request *rq, struct error *err)
{
	const struct remove_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	struct conv c;

	if (group_remove(service_of(rq)->db, rq->arena, &by, in->conv_id,
		in->user_id, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_no_content(rq);
	return 0;
}

/* ---- conversation.leave ---- */

struct leave_args {
	int64_t conv_id, owner;
};

static const struct web_arg leave_args[] = { ARG_CONV_ID(struct leave_args),
	ARG(WEB_BODY, WEB_ID, "owner", struct leave_args, owner,
	    .text = "The next owner, if the caller is the owner."),
	WEB_ARGS_END };

static int conversation_leave(struct web_request *rq, struct error *err)
{
	const struct leave_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	struct conv c;

	if (group_leave(service_of(rq)->db, rq->arena, &by, in->conv_id,
		in->owner, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_no_content(rq);
	return 0;
}

const struct web_route conversation_member_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/conversations/{id}/members",
	    .name = "conversation.add",
	    .summary = "Add members.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT | WEB_BY_PATH_ID,
	    .args = add_args,
	    .args_size = sizeof(struct add_args),
	    .handle = conversation_add,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/conversations/{id}/members/{uid}",
	    .name = "conversation.remove",
	    .summary = "Remove a member, or leave.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = remove_args,
	    .args_size = sizeof(struct remove_args),
	    .handle = conversation_remove,
	},
	{
	    .method = "POST",
	    .path = "/v1/conversations/{id}/leave",
	    .name = "conversation.leave",
	    .summary = "Leave.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT | WEB_BY_PATH_ID,
	    .args = leave_args,
	    .args_size = sizeof(struct leave_args),
	    .handle = conversation_leave,
	},
	WEB_ROUTES_END,
};
