/* Bans: who is out, and cannot come back. */
#include "conversation.h"

#include "args.h"
#include "im/conv/group_ban.h"
#include "im/conv/right.h"
#include "im/user/user.h"
#include "io/db_clock.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/people.h"

/* ---- conversation.bans ---- */

struct bans_args {
	int64_t conv_id, limit, cursor;
	bool users;
};

static const struct web_arg bans_args[] = { ARG_CONV_ID(struct bans_args),
	ARG_LIMIT(struct bans_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct bans_args, cursor,
	    .text = "`next` of the previous page."),
	ARG_USERS(struct bans_args), WEB_ARGS_END };

static void put_ban(struct json_writer *w, const struct ban *b)
{
	json_begin(w);
	json_put_id(w, "user_id", b->user_id);
	json_put_id(w, "banned_by", b->banned_by);
	json_put_int(w, "banned_at", b->banned_ms);
	if (b->until_ms)
		json_put_int(w, "banned_until", b->until_ms);
	json_put_str(w, "reason", b->reason);
	json_end(w);
}

static int conversation_bans(struct web_request *rq, struct error *err)
{
	const struct bans_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct member me;
	struct ban *rows;
	struct conv c;
	size_t n, shown;

	if (conversation_group(rq, in->conv_id, &c, &me, err) < 0 ||
	    right_ban(&me, err) < 0 ||
	    ban_list(s->db, rq->arena, in->conv_id, c.now_ms, in->cursor,
		in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++) {
		put_ban(w, &rows[i]);
		people_add(people, rows[i].user_id);
		people_add(people, rows[i].banned_by);
	}
	json_end_list(w);
	if (n > shown)
		json_put_id(w, "next", rows[shown - 1].user_id);
	else
		json_put_null(w, "next");
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

/* ---- conversation.ban, conversation.unban ---- */

struct ban_args {
	int64_t conv_id, user_id, until;
	struct str reason;
};

#define ARG_UID(S)                                                      \
	ARG(WEB_PATH, WEB_ID, "uid", S, user_id, .flags = WEB_REQUIRED, \
	    .text = "The user, a member or not.")

static const struct web_arg ban_args[] = { ARG_CONV_ID(struct ban_args),
	ARG_UID(struct ban_args),
	ARG(WEB_BODY, WEB_INT, "banned_until", struct ban_args, until, .min = 1,
	    .max = INDEX_MAX, .text = "Without it, for good."),
	ARG(WEB_BODY, WEB_CHARS, "reason", struct ban_args, reason, .min = 1,
	    .max = 512, .text = "For the other admins."),
	WEB_ARGS_END };

static int conversation_ban(struct web_request *rq, struct error *err)
{
	const struct ban_args *in = rq->args;
	struct service *s = service_of(rq);
	struct group_actor by = conversation_actor(rq);
	const struct ban b = {
		.user_id = in->user_id,
		.until_ms = in->until,
		.reason = in->reason,
	};
	struct member me;
	struct conv c;
	int exists;

	if (in->until && in->until <= db_clock_ms(s->db))
		return err_field(err, ERR_INVALID_ARGUMENT, "banned_until",
		    "must be in the future");
	/* Who is not a member learns nothing of users. */
	if (conversation_group(rq, in->conv_id, &c, &me, err) < 0 ||
	    right_ban(&me, err) < 0)
		return -1;
	exists = conversation_user(rq, in->user_id, err);
	if (exists <= 0)
		return exists < 0 ? -1
				  : err_set(err, ERR_NOT_FOUND, "no such user");
	if (group_ban(s->db, rq->arena, &by, in->conv_id, &b, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_no_content(rq);
	return 0;
}

struct unban_args {
	int64_t conv_id, user_id;
};

static const struct web_arg unban_args[] = { ARG_CONV_ID(struct unban_args),
	ARG_UID(struct unban_args), WEB_ARGS_END };

static int conversation_unban(struct web_request *rq, struct error *err)
{
	const struct unban_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	struct conv c;

	if (group_unban(service_of(rq)->db, rq->arena, &by, in->conv_id,
		in->user_id, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_no_content(rq);
	return 0;
}

const struct web_route conversation_ban_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/conversations/{id}/bans",
	    .name = "conversation.bans",
	    .summary = "Who cannot come in.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = bans_args,
	    .args_size = sizeof(struct bans_args),
	    .handle = conversation_bans,
	},
	{
	    .method = "PUT",
	    .path = "/v1/conversations/{id}/bans/{uid}",
	    .name = "conversation.ban",
	    .summary = "Remove a user who cannot come back.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = ban_args,
	    .args_size = sizeof(struct ban_args),
	    .handle = conversation_ban,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/conversations/{id}/bans/{uid}",
	    .name = "conversation.unban",
	    .summary = "End a ban.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = unban_args,
	    .args_size = sizeof(struct unban_args),
	    .handle = conversation_unban,
	},
	WEB_ROUTES_END,
};
