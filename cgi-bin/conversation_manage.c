/* Conversations, as the app's server manages them: as no member of any. */
#include "conversation.h"

#include <inttypes.h>
#include <stdlib.h>

#include "args.h"
#include "base/order.h"
#include "im/conv/group_create.h"
#include "im/conv/mode.h"
#include "im/user/user.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/view.h"

#define CHUNK_MAX 1000 /* users of a request */

int conversation_managed(struct web_request *rq, int64_t conv_id,
    struct conv *out, struct error *err)
{
	if (conv_get(service_of(rq)->db, rq->arena, conv_id, out, err) < 0)
		return -1;
	if (out->app_id != rq->caller.app_id)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	return 0;
}

/* ---- admin_conversation.list ---- */

struct list_args {
	int64_t limit, after, kind;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_ID, "after", struct list_args, after,
	    .text = "`next` of the previous page."),
	ARG(WEB_QUERY, WEB_ENUM, "kind", struct list_args, kind,
	    .set = CONV_KINDS, .text = "Only these."),
	WEB_ARGS_END };

static int by_id(const void *x, const void *y)
{
	const struct conv *a = x, *b = y;

	return order_i64(a->conv_id, b->conv_id);
}

/* Each kind is a range of the index. */
static int read_page(struct web_request *rq, int64_t limit, struct conv **out,
    size_t *n_out, struct error *err)
{
	const struct list_args *in = rq->args;
	struct conv *all = ARENA_ARRAY(rq->arena, 4 * (size_t)limit,
	    struct conv);
	struct conv *rows;
	size_t n;

	*n_out = 0;
	for (int64_t kind = CONV_DIRECT; kind <= CONV_SELF; kind++) {
		if (in->kind && in->kind != kind)
			continue;
		if (conv_page(service_of(rq)->db, rq->arena, rq->caller.app_id,
			kind, in->after, limit, &rows, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			all[(*n_out)++] = rows[i];
	}
	if (*n_out)
		qsort(all, *n_out, sizeof(*all), by_id);
	*out = all;
	return 0;
}

static int list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct json_writer *w = rq->out;
	struct conv *rows;
	size_t n, shown;

	if (service_audit(rq, 0, STR_NONE, err) < 0 ||
	    read_page(rq, in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++)
		view_conv(w, &rows[i], 0, NULL);
	json_end_list(w);
	if (n > shown)
		json_put_id(w, "next", rows[shown - 1].conv_id);
	else
		json_put_null(w, "next");
	json_end(w);
	return 0;
}

/* ---- admin_conversation.get ---- */

#define ARG_CONV(S)                                                    \
	ARG(WEB_PATH, WEB_ID, "id", S, conv_id, .flags = WEB_REQUIRED, \
	    .text = "The conversation, of the app.")

struct get_args {
	int64_t conv_id;
};

static const struct web_arg get_args[] = { ARG_CONV(struct get_args),
	WEB_ARGS_END };

static int get(struct web_request *rq, struct error *err)
{
	const struct get_args *in = rq->args;
	struct conv c;

	if (conversation_managed(rq, in->conv_id, &c, err) < 0 ||
	    service_audit(rq, 0, STR_NONE, err) < 0)
		return -1;
	web_etag(rq, c.version);
	view_conv(rq->out, &c, 0, NULL);
	return 0;
}

/* ---- admin_conversation.add ---- */

struct add_args {
	int64_t conv_id, role;
	struct web_ids user_ids;
};

static const struct web_arg add_args[] = { ARG_CONV(struct add_args),
	ARG(WEB_BODY, WEB_IDS, "user_ids", struct add_args, user_ids, .min = 1,
	    .max = CHUNK_MAX, .flags = WEB_REQUIRED,
	    .text = "The users to add. For more, make several requests."),
	ARG(WEB_BODY, WEB_ENUM, "role", struct add_args, role,
	    .set = "member|admin", .def = ROLE_MEMBER, .text = "Their role."),
	WEB_ARGS_END };

static int read_adds(struct web_request *rq, struct group_add *adds,
    struct error *err)
{
	const struct add_args *in = rq->args;
	struct service *s = service_of(rq);
	struct user *users;
	size_t n;

	if (user_load(s->db, s->cache, rq->arena, in->user_ids.v,
		in->user_ids.n, &users, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < in->user_ids.n; i++) {
		const struct user *u = user_pick(users, n, in->user_ids.v[i]);

		adds[i].user_id = in->user_ids.v[i];
		adds[i].role = in->role;
		adds[i].exists = u && !u->disabled_ms &&
				 u->app_id == rq->caller.app_id;
	}
	return 0;
}

static int add(struct web_request *rq, struct error *err)
{
	const struct add_args *in = rq->args;
	struct group_actor by = conversation_app_actor(rq);
	size_t n = in->user_ids.n;
	struct group_add *adds = ARENA_ARRAY(rq->arena, n, struct group_add);
	struct conv c;

	if (conversation_managed(rq, in->conv_id, &c, err) < 0 ||
	    read_adds(rq, adds, err) < 0 ||
	    service_audit(rq, 0,
		arena_printf(rq->arena, "%" PRId64 ": %zu users", c.conv_id, n),
		err) < 0)
		return -1;
	if (group_add(service_of(rq)->db, rq->arena, &by, in->conv_id, adds, n,
		&c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	conversation_write_added(rq, adds, n, NULL, 0, c.version);
	return 0;
}

/* ---- admin_conversation.remove ---- */

struct remove_args {
	int64_t conv_id, user_id;
};

static const struct web_arg remove_args[] = { ARG_CONV(struct remove_args),
	ARG(WEB_PATH, WEB_ID, "uid", struct remove_args, user_id,
	    .flags = WEB_REQUIRED, .text = "The user to remove."),
	WEB_ARGS_END };

static int drop(struct web_request *rq, struct error *err)
{
	const struct remove_args *in = rq->args;
	struct group_actor by = conversation_app_actor(rq);
	struct conv c;

	if (conversation_managed(rq, in->conv_id, &c, err) < 0 ||
	    service_audit(rq, in->user_id,
		arena_printf(rq->arena, "%" PRId64, c.conv_id), err) < 0)
		return -1;
	if (group_remove(service_of(rq)->db, rq->arena, &by, in->conv_id,
		in->user_id, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_no_content(rq);
	return 0;
}

/* ---- admin_conversation.mode ---- */

struct mode_args {
	int64_t conv_id, mode;
};

static const struct web_arg mode_args[] = { ARG_CONV(struct mode_args),
	ARG(WEB_BODY, WEB_ENUM, "mode", struct mode_args, mode,
	    .set = CONV_MODES "|auto", .flags = WEB_REQUIRED,
	    .text =
		"`push`: each member gets each entry in their inbox; `pull`: "
		"members read the log. `auto`: by the number of members, and "
		"by load."),
	WEB_ARGS_END };

static int set_mode(struct web_request *rq, struct error *err)
{
	static const enum conv_forced forced[] = {
		[CONV_PUSH] = MODE_FORCED_PUSH,
		[CONV_PULL] = MODE_FORCED_PULL,
		[CONV_PULL + 1] = MODE_AUTO
	};
	const struct mode_args *in = rq->args;
	struct conv c;

	if (conversation_managed(rq, in->conv_id, &c, err) < 0 ||
	    service_audit(rq, 0,
		arena_printf(rq->arena, "%" PRId64 ": %.*s", c.conv_id,
		    STR_ARG(str_word(CONV_MODES "|auto", in->mode))),
		err) < 0)
		return -1;
	if (mode_set(service_of(rq)->db, rq->arena, in->conv_id,
		forced[in->mode], &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_etag(rq, c.version);
	view_conv(rq->out, &c, 0, NULL);
	return 0;
}

const struct web_route conversation_manage_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/admin/conversations",
	    .name = "admin_conversation.list",
	    .summary = "The app's conversations.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = list,
	},
	{
	    .method = "GET",
	    .path = "/v1/admin/conversations/{id}",
	    .name = "admin_conversation.get",
	    .summary = "A conversation of the app.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = get_args,
	    .args_size = sizeof(struct get_args),
	    .handle = get,
	},
	{
	    .method = "POST",
	    .path = "/v1/admin/conversations/{id}/members",
	    .name = "admin_conversation.add",
	    .summary = "Add members.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT | WEB_BY_PATH_ID,
	    .args = add_args,
	    .args_size = sizeof(struct add_args),
	    .handle = add,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/admin/conversations/{id}/members/{uid}",
	    .name = "admin_conversation.remove",
	    .summary = "Remove a member.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .args = remove_args,
	    .args_size = sizeof(struct remove_args),
	    .handle = drop,
	},
	{
	    .method = "PUT",
	    .path = "/v1/admin/conversations/{id}/mode",
	    .name = "admin_conversation.mode",
	    .summary = "Write or read diffusion.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .args = mode_args,
	    .args_size = sizeof(struct mode_args),
	    .handle = set_mode,
	},
	WEB_ROUTES_END,
};
