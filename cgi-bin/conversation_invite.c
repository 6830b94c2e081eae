/* Invites: codes with which users come in. */
#include "conversation.h"

#include "args.h"
#include "im/conv/group_invite.h"
#include "im/conv/right.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/people.h"

#define CODE_MAX  64 /* bytes of what may be one */
#define USES_MAX  100000
#define LASTS_MAX 31622400

/* ---- conversation.invite ---- */

struct invite_args {
	int64_t conv_id, expires_in_s, max_uses;
};

static const struct web_arg invite_args[] = { ARG_CONV_ID(struct invite_args),
	ARG(WEB_BODY, WEB_INT, "expires_in_s", struct invite_args, expires_in_s,
	    .min = 1, .max = LASTS_MAX,
	    .text = "How long it can be used; without it, for good."),
	ARG(WEB_BODY, WEB_INT, "max_uses", struct invite_args, max_uses,
	    .min = 1, .max = USES_MAX,
	    .text = "How often it can be used; without it, any number."),
	WEB_ARGS_END };

/* Members. */
static void put_invite(struct web_request *rq, const struct invite *i)
{
	struct json_writer *w = rq->out;

	json_put_str(w, "code", i->code);
	json_put_str(w, "url",
	    arena_printf(rq->arena, "/#/invite/%.*s", STR_ARG(i->code)));
	if (i->expires_ms)
		json_put_int(w, "expires_at", i->expires_ms);
	if (i->max_uses)
		json_put_int(w, "max_uses", i->max_uses);
	json_put_int(w, "uses", i->uses);
	json_put_id(w, "created_by", i->created_by);
	json_put_int(w, "created_at", i->created_ms);
}

static int conversation_invite(struct web_request *rq, struct error *err)
{
	const struct invite_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	struct invite i = {
		.expires_ms = in->expires_in_s * 1000,
		.max_uses = in->max_uses,
	};
	struct conv c;

	if (group_invite(service_of(rq)->db, rq->arena, &by, in->conv_id, &i,
		&c, err) < 0)
		return -1;
	web_created(rq);
	json_begin(rq->out);
	put_invite(rq, &i);
	json_end(rq->out);
	return 0;
}

/* ---- conversation.invites ---- */

struct invites_args {
	int64_t conv_id, limit, cursor;
	bool users;
};

static const struct web_arg invites_args[] = { ARG_CONV_ID(struct invites_args),
	ARG_LIMIT(struct invites_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct invites_args, cursor,
	    .text = "`next` of the previous page."),
	ARG_USERS(struct invites_args), WEB_ARGS_END };

static int conversation_invites(struct web_request *rq, struct error *err)
{
	const struct invites_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct invite_query q = {
		.conv_id = in->conv_id,
		.by_user = rq->caller.user_id,
		.after = in->cursor,
		.limit = in->limit + 1,
	};
	struct invite *rows;
	struct member me;
	struct conv c;
	size_t n, shown;

	if (conversation_group(rq, in->conv_id, &c, &me, err) < 0 ||
	    right_invite(&c, &me, err) < 0)
		return -1;
	if (me.role >= ROLE_ADMIN)
		q.by_user = 0;
	q.now_ms = c.now_ms;
	if (invite_list(s->db, rq->arena, &q, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++) {
		json_begin(w);
		put_invite(rq, &rows[i]);
		json_end(w);
		people_add(people, rows[i].created_by);
	}
	json_end_list(w);
	if (n > shown)
		json_put_id(w, "next", rows[shown - 1].invite_id);
	else
		json_put_null(w, "next");
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

/* ---- conversation.end_invite ---- */

struct end_args {
	int64_t conv_id;
	struct str code;
};

#define ARG_CODE(S)                                                        \
	ARG(WEB_PATH, WEB_STR, "code", S, code, .min = 1, .max = CODE_MAX, \
	    .flags = WEB_REQUIRED, .text = "The code.")

static const struct web_arg end_args[] = { ARG_CONV_ID(struct end_args),
	ARG_CODE(struct end_args), WEB_ARGS_END };

static int conversation_end_invite(struct web_request *rq, struct error *err)
{
	const struct end_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	struct conv c;

	if (group_invite_end(service_of(rq)->db, rq->arena, &by, in->conv_id,
		in->code, &c, err) < 0)
		return -1;
	web_no_content(rq);
	return 0;
}

/* ---- invite.get ---- */

struct code_args {
	struct str code;
};

static const struct web_arg code_args[] = { ARG_CODE(struct code_args),
	WEB_ARGS_END };

/* What somebody who is not in it may know of it. */
static void put_conversation(struct json_writer *w, const struct conv *c)
{
	json_key(w, "conversation");
	json_begin(w);
	json_put_id(w, "conv_id", c->conv_id);
	json_put_str(w, "kind", str_word(CONV_KINDS, c->kind));
	json_key(w, "settings");
	json_begin(w);
	json_put_str(w, "name", c->name);
	json_put_str(w, "photo", c->photo);
	json_put_str(w, "description", c->description);
	json_end(w);
	json_put_int(w, "member_count", c->member_count);
	json_end(w);
}

static int invite_get(struct web_request *rq, struct error *err)
{
	const struct code_args *in = rq->args;
	struct invite i;
	struct conv c;

	if (group_invite_show(service_of(rq)->db, rq->arena, rq->caller.app_id,
		in->code, &i, &c, err) < 0)
		return -1;
	json_begin(rq->out);
	put_invite(rq, &i);
	put_conversation(rq->out, &c);
	json_end(rq->out);
	return 0;
}

/* ---- invite.accept ---- */

static int invite_accept(struct web_request *rq, struct error *err)
{
	const struct code_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	enum group_joined joined;
	struct conv c;

	if (group_accept(service_of(rq)->db, rq->arena, &by, in->code, &joined,
		&c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	return conversation_joined(rq, c.conv_id, joined, err);
}

const struct web_route conversation_invite_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/conversations/{id}/invites",
	    .name = "conversation.invite",
	    .summary = "Make a code with which users come in.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT | WEB_BY_PATH_ID,
	    .args = invite_args,
	    .args_size = sizeof(struct invite_args),
	    .handle = conversation_invite,
	},
	{
	    .method = "GET",
	    .path = "/v1/conversations/{id}/invites",
	    .name = "conversation.invites",
	    .summary = "The codes that can be used.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = invites_args,
	    .args_size = sizeof(struct invites_args),
	    .handle = conversation_invites,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/conversations/{id}/invites/{code}",
	    .name = "conversation.end_invite",
	    .summary = "Delete a code.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = end_args,
	    .args_size = sizeof(struct end_args),
	    .handle = conversation_end_invite,
	},
	{
	    .method = "GET",
	    .path = "/v1/invites/{code}",
	    .name = "invite.get",
	    .summary = "Where a code leads.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = code_args,
	    .args_size = sizeof(struct code_args),
	    .handle = invite_get,
	},
	{
	    .method = "POST",
	    .path = "/v1/invites/{code}/accept",
	    .name = "invite.accept",
	    .summary = "Come in with a code.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = code_args,
	    .args_size = sizeof(struct code_args),
	    .handle = invite_accept,
	},
	WEB_ROUTES_END,
};
