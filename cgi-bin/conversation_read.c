/* Reading conversations and their members. */
#include "conversation.h"

#include "args.h"
#include "im/user/privacy.h"
#include "im/user/user.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/chatlist.h"
#include "view/convset.h"
#include "view/view.h"

/* ---- conversation.list ---- */

struct list_args {
	int64_t limit;
	struct str cursor, folder;
	bool unread, hidden, users;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_STR, "cursor", struct list_args, cursor, .min = 1,
	    .max = 200, .text = "`next` of the previous page."),
	ARG(WEB_QUERY, WEB_CHARS, "folder", struct list_args, folder, .min = 1,
	    .max = 64, .text = "Only chats in this folder."),
	ARG(WEB_QUERY, WEB_BOOL, "unread", struct list_args, unread,
	    .text = "Only chats with unread messages."),
	ARG(WEB_QUERY, WEB_BOOL, "hidden", struct list_args, hidden,
	    .text = "The hidden chats, in place of the others."),
	ARG_USERS(struct list_args), WEB_ARGS_END };

static int conversation_list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct chat_query q = {
		.user_id = rq->caller.user_id,
		.folder = in->folder,
		.unread_only = in->unread,
		.hidden_only = in->hidden,
		.limit = in->limit,
	};

	if (in->cursor.p) {
		q.has_after = true;
		if (chatlist_cursor(rq->arena, in->cursor, &q.after, err) < 0)
			return -1;
	}
	json_begin(w);
	if (chatlist_write(s->db, s->cache, rq->arena, &q, w, people, err) !=
		0 ||
	    people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

/* ---- conversation.get ---- */

struct get_args {
	int64_t conv_id;
};

static const struct web_arg get_args[] = { ARG_CONV_ID(struct get_args),
	WEB_ARGS_END };

static int conversation_get(struct web_request *rq, struct error *err)
{
	const struct get_args *in = rq->args;
	struct service *s = service_of(rq);
	struct convset set;
	struct conv c;
	struct member me;

	if (member_get(s->db, rq->arena, rq->caller.app_id, in->conv_id,
		rq->caller.user_id, &c, &me, err) < 0 ||
	    convset_load(&set, s->db, s->cache, rq->arena, rq->caller.user_id,
		&in->conv_id, 1, err) < 0)
		return -1;
	web_etag(rq, convset_conv(&set, in->conv_id)->version);
	convset_write(&set, rq->out, in->conv_id, NULL);
	return 0;
}

/* ---- conversation.members ---- */

struct members_args {
	int64_t conv_id, limit, cursor, role;
	struct str q;
	bool users;
};

static const struct web_arg members_args[] = { ARG_CONV_ID(struct members_args),
	ARG_LIMIT(struct members_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct members_args, cursor,
	    .text = "`next` of the previous page."),
	ARG(WEB_QUERY, WEB_ENUM, "role", struct members_args, role,
	    .set = CONV_ROLES, .text = "Only members with this role."),
	ARG(WEB_QUERY, WEB_CHARS, "q", struct members_args, q, .min = 1,
	    .max = 64,
	    .text = "Any part of either name, as in a search for users."),
	ARG_USERS(struct members_args), WEB_ARGS_END };

static int load_users(struct web_request *rq, const struct member *rows,
    size_t n, struct user **users_out, size_t *n_out, struct error *err)
{
	struct service *s = service_of(rq);
	int64_t *ids = ARENA_ARRAY(rq->arena, n, int64_t);
	size_t i;

	*users_out = NULL;
	*n_out = 0;
	for (i = 0; i < n; i++)
		ids[i] = rows[i].user_id;
	return n == 0 ? 0
		      : user_load(s->db, s->cache, rq->arena, ids, n, users_out,
			    n_out, err);
}

/* Without read receipts of either, nobody sees how far another has read. */
static int hide_reading(struct web_request *rq, struct member *rows, size_t n,
    struct error *err)
{
	int64_t *ids = ARENA_ARRAY(rq->arena, n, int64_t), *shown;
	size_t n_shown, k = 0;
	bool gives;

	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].user_id;
	if (privacy_readers(service_of(rq)->db, rq->arena, rq->caller.user_id,
		ids, n, &shown, &n_shown, &gives, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (k < n_shown && shown[k] == rows[i].user_id)
			k++;
		else if (rows[i].user_id != rq->caller.user_id)
			rows[i].read_index = -1;
	}
	return 0;
}

/* A scan of so many names is quick. */
#define SCANNED_MAX 1000

static int conversation_members(struct web_request *rq, struct error *err)
{
	const struct members_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct member_query q = {
		.conv_id = in->conv_id,
		.role = in->role,
		.name = in->q,
		.after_user_id = in->cursor,
		.limit = in->limit + 1,
	};
	struct json_writer *w = rq->out;
	struct member me, *rows;
	struct user *users;
	struct conv c;
	size_t n, n_users, shown, i;

	if (member_get(s->db, rq->arena, rq->caller.app_id, in->conv_id,
		rq->caller.user_id, &c, &me, err) < 0)
		return -1;
	if (c.member_count > SCANNED_MAX)
		q.app_id = c.app_id;
	if (member_list(s->db, rq->arena, &q, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	if (load_users(rq, rows, shown, &users, &n_users, err) < 0 ||
	    hide_reading(rq, rows, shown, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (i = 0; i < shown; i++) {
		view_member(w, &rows[i],
		    user_pick(users, n_users, rows[i].user_id));
		people_add(people, rows[i].user_id);
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

const struct web_route conversation_read_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/conversations",
	    .name = "conversation.list",
	    .summary = "The caller's chats by rank.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = conversation_list,
	},
	{
	    .method = "GET",
	    .path = "/v1/conversations/{id}",
	    .name = "conversation.get",
	    .summary = "One conversation.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = get_args,
	    .args_size = sizeof(struct get_args),
	    .handle = conversation_get,
	},
	{
	    .method = "GET",
	    .path = "/v1/conversations/{id}/members",
	    .name = "conversation.members",
	    .summary = "The members of a conversation.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = members_args,
	    .args_size = sizeof(struct members_args),
	    .handle = conversation_members,
	},
	WEB_ROUTES_END,
};
