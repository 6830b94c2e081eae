/* Blocks: whom the caller does not want to hear from. */
#include "user.h"

#include "args.h"
#include "im/conv/member.h"
#include "im/conv/refusal.h"
#include "im/user/block.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/contact.h"

/* ---- block.list ---- */

struct list_args {
	int64_t limit, cursor;
	bool users;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct list_args, cursor,
	    .text = "`next` of the previous page."),
	ARG_USERS(struct list_args), WEB_ARGS_END };

static int64_t row_user(const void *rows, size_t i)
{
	return ((const struct block *)rows)[i].blocked_id;
}

static void put_row(struct json_writer *w, const void *rows, size_t i,
    const struct user *user)
{
	view_block(w, &((const struct block *)rows)[i], user);
}

static int list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct user_rows page = { .user_id = row_user, .put = put_row };
	struct block *rows;

	/* Reads one more than the page, to see whether there is a next one. */
	if (block_list(service_of(rq)->db, rq->arena, rq->caller.user_id,
		in->cursor, in->limit + 1, &rows, &page.n, err) < 0)
		return -1;
	page.rows = rows;
	return user_write_page(rq, &page, in->limit, in->users, err);
}

/* ---- block.set, block.clear ---- */

struct block_args {
	int64_t user_id;
};

static const struct web_arg block_args[] = {
	ARG(WEB_PATH, WEB_ID, "user_id", struct block_args, user_id,
	    .flags = WEB_REQUIRED, .text = "The other user."),
	WEB_ARGS_END
};

static int change(struct web_request *rq, bool on, struct error *err)
{
	const struct block_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct refusal_result r;
	int changed = refusal_set(p.db, rq->arena, rq->caller.app_id,
	    rq->caller.user_id, in->user_id, on, &r, err);

	if (changed < 0)
		return -1;
	if (changed)
		publish_block(&p, &r.event);
	if (changed && on)
		publish_unwatch(&p, in->user_id, rq->caller.user_id);
	if (changed && r.conv.conv_id)
		member_ids_refresh(p.db, p.cache, rq->arena, &r.conv);
	web_no_content(rq);
	return 0;
}

static int set(struct web_request *rq, struct error *err)
{
	const struct block_args *in = rq->args;
	struct service *s = service_of(rq);
	struct user u;
	int found = in->user_id == rq->caller.user_id
			? 0
			: user_find(s->db, s->cache, rq->arena,
			      rq->caller.app_id, in->user_id, &u, err);

	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such user to block");
	return found < 0 ? -1 : change(rq, true, err);
}

static int clear(struct web_request *rq, struct error *err)
{
	return change(rq, false, err);
}

const struct web_route user_block_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/blocks",
	    .name = "block.list",
	    .summary = "Whom the caller has blocked.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = list,
	},
	{
	    .method = "PUT",
	    .path = "/v1/blocks/{user_id}",
	    .name = "block.set",
	    .summary = "Block a user.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = block_args,
	    .args_size = sizeof(struct block_args),
	    .handle = set,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/blocks/{user_id}",
	    .name = "block.clear",
	    .summary = "Block a user no longer.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = block_args,
	    .args_size = sizeof(struct block_args),
	    .handle = clear,
	},
	WEB_ROUTES_END,
};
