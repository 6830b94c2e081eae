/* What a member is in a group: role, alias, mute, owner. */
#include "conversation.h"

#include "args.h"
#include "im/conv/group_member.h"
#include "im/user/user.h"
#include "io/db_clock.h"
#include "service.h"
#include "view/view.h"

/* ---- conversation.member ---- */

#define ROLES_GIVEN "member|admin" /* as CONV_ROLES begins */

struct member_args {
	int64_t conv_id, user_id, role, muted_until;
	struct str alias;
};

static const struct web_arg member_args[] = { ARG_CONV_ID(struct member_args),
	ARG(WEB_PATH, WEB_ID, "uid", struct member_args, user_id,
	    .flags = WEB_REQUIRED, .text = "The member."),
	ARG(WEB_BODY, WEB_ENUM, "role", struct member_args, role,
	    .set = ROLES_GIVEN, .text = "By the owner."),
	ARG(WEB_BODY, WEB_LABEL, "alias", struct member_args, alias, .min = 1,
	    .max = 64, .flags = WEB_NULLABLE,
	    .text = "The name in this conversation; by the member or an admin. "
		    "null removes it."),
	ARG(WEB_BODY, WEB_INT, "muted_until", struct member_args, muted_until,
	    .min = 1, .max = INDEX_MAX, .flags = WEB_NULLABLE,
	    .text =
		"Until when they cannot send; by somebody of a higher role. "
		"null ends it."),
	WEB_ARGS_END };

static int answer_member(struct web_request *rq, struct member *m,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct user *users;
	size_t n;

	if (user_load(s->db, s->cache, rq->arena, &m->user_id, 1, &users, &n,
		err) < 0)
		return -1;
	m->read_index = -1;
	view_member(rq->out, m, user_pick(users, n, m->user_id));
	return 0;
}

static int conversation_member(struct web_request *rq, struct error *err)
{
	const struct member_args *in = rq->args;
	struct service *s = service_of(rq);
	struct group_actor by = conversation_actor(rq);
	const struct group_member what = {
		.user_id = in->user_id,
		.role = in->role,
		.has_alias = json_object_get(rq->body, "alias") != NULL,
		.alias = in->alias,
		.has_muted = json_object_get(rq->body, "muted_until") != NULL,
		.muted_until_ms = in->muted_until,
	};
	struct member m;
	struct conv c;

	if (in->muted_until && in->muted_until <= db_clock_ms(s->db))
		return err_field(err, ERR_INVALID_ARGUMENT, "muted_until",
		    "must be in the future");
	if (group_member_change(s->db, rq->arena, &by, in->conv_id, &what, &m,
		&c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	return answer_member(rq, &m, err);
}

/* ---- conversation.owner ---- */

struct owner_args {
	int64_t conv_id, user_id;
};

static const struct web_arg owner_args[] = { ARG_CONV_ID(struct owner_args),
	ARG(WEB_BODY, WEB_ID, "user_id", struct owner_args, user_id,
	    .flags = WEB_REQUIRED, .text = "The new owner, a member."),
	WEB_ARGS_END };

static int conversation_owner(struct web_request *rq, struct error *err)
{
	const struct owner_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	struct conv c;

	if (group_member_own(service_of(rq)->db, rq->arena, &by, in->conv_id,
		in->user_id, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_no_content(rq);
	return 0;
}

const struct web_route conversation_role_routes[] = {
	{
	    .method = "PATCH",
	    .path = "/v1/conversations/{id}/members/{uid}",
	    .name = "conversation.member",
	    .summary = "Change a member's role, alias or mute.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = member_args,
	    .args_size = sizeof(struct member_args),
	    .handle = conversation_member,
	},
	{
	    .method = "POST",
	    .path = "/v1/conversations/{id}/owner",
	    .name = "conversation.owner",
	    .summary = "Hand the ownership over.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT | WEB_BY_PATH_ID,
	    .args = owner_args,
	    .args_size = sizeof(struct owner_args),
	    .handle = conversation_owner,
	},
	WEB_ROUTES_END,
};
