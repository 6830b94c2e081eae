/* Contacts: requests, consent, remarks. */
#include "user.h"

#include "args.h"
#include "im/user/contact.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/contact.h"
#include "view/publish.h"

#define ARG_USER_ID(S)                                                      \
	ARG(WEB_PATH, WEB_ID, "user_id", S, user_id, .flags = WEB_REQUIRED, \
	    .text = "The other user.")

/* ---- what a change leaves to do ---- */

struct news {
	struct publisher p;
	struct contact_change change;
};

static void tell(void *arg)
{
	const struct news *n = arg;

	publish_contact(&n->p, &n->change.events[0]);
	publish_contact(&n->p, &n->change.events[1]);
}

static struct news *news_of(struct web_request *rq)
{
	struct news *n = ARENA_NEW(rq->arena, struct news);

	n->p = service_publisher(rq);
	return n;
}

static int answer(struct web_request *rq, const struct news *n,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct user u;
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    n->change.mine.other_id, &u, err);

	if (found < 0)
		return -1;
	view_contact(rq->out, &n->change.mine, found ? &u : NULL);
	return 0;
}

/* ---- contact.list ---- */

struct list_args {
	int64_t limit, cursor, state;
	bool users;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct list_args, cursor,
	    .text = "`next` of the previous page."),
	ARG(WEB_QUERY, WEB_ENUM, "state", struct list_args, state,
	    .set = CONTACT_STATES, .text = "Only these."),
	ARG_USERS(struct list_args), WEB_ARGS_END };

static int64_t row_user(const void *rows, size_t i)
{
	return ((const struct contact *)rows)[i].other_id;
}

static void put_row(struct json_writer *w, const void *rows, size_t i,
    const struct user *user)
{
	view_contact(w, &((const struct contact *)rows)[i], user);
}

static int list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct user_rows page = { .user_id = row_user, .put = put_row };
	struct contact *rows;

	/* Reads one more than the page, to see whether there is a next one. */
	if (contact_list(service_of(rq)->db, rq->arena, rq->caller.user_id,
		in->state, in->cursor, in->limit + 1, &rows, &page.n, err) < 0)
		return -1;
	page.rows = rows;
	return user_write_page(rq, &page, in->limit, in->users, err);
}

/* ---- contact.request ---- */

struct request_args {
	int64_t user_id;
	struct str message;
};

static const struct web_arg request_args[] = {
	ARG(WEB_BODY, WEB_ID, "user_id", struct request_args, user_id,
	    .flags = WEB_REQUIRED, .text = "Who is asked."),
	ARG(WEB_BODY, WEB_CHARS, "message", struct request_args, message,
	    .min = 1, .max = CONTACT_MESSAGE_MAX,
	    .text = "Shown with the request."),
	WEB_ARGS_END
};

static int check_other(struct web_request *rq, int64_t user_id,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct user u;
	int found;

	if (user_id == rq->caller.user_id)
		return err_field(err, ERR_INVALID_ARGUMENT, "user_id",
		    "is the caller");
	found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    user_id, &u, err);
	if (found == 0)
		return err_field(err, ERR_NOT_FOUND, "user_id", "no such user");
	return found < 0 ? -1 : 0;
}

static int request(struct web_request *rq, struct error *err)
{
	const struct request_args *in = rq->args;
	struct news *n = news_of(rq);

	if (check_other(rq, in->user_id, err) < 0 ||
	    contact_request(n->p.db, rq->arena, rq->caller.user_id, in->user_id,
		in->message, &n->change, err) < 0)
		return -1;
	db_after_commit(n->p.db, rq->arena, tell, n);
	if (n->change.is_new)
		web_created(rq);
	return answer(rq, n, err);
}

/* ---- contact.accept, contact.reject, contact.remove ---- */

struct other_args {
	int64_t user_id;
};

static const struct web_arg other_args[] = { ARG_USER_ID(struct other_args),
	WEB_ARGS_END };

typedef int change_fn(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct contact_change *out, struct error *err);

static int change(struct web_request *rq, change_fn *fn, struct error *err)
{
	const struct other_args *in = rq->args;
	struct news *n = news_of(rq);

	if (in->user_id == rq->caller.user_id)
		return err_set(err, ERR_NOT_FOUND, "no such contact");
	if (fn(n->p.db, rq->arena, rq->caller.user_id, in->user_id, &n->change,
		err) < 0)
		return -1;
	db_after_commit(n->p.db, rq->arena, tell, n);
	web_no_content(rq);
	return 0;
}

static int accept(struct web_request *rq, struct error *err)
{
	return change(rq, contact_accept, err);
}

static int reject(struct web_request *rq, struct error *err)
{
	return change(rq, contact_reject, err);
}

static int drop(struct web_request *rq, struct error *err)
{
	return change(rq, contact_remove, err);
}

/* ---- contact.remark ---- */

struct remark_args {
	int64_t user_id;
	struct str remark;
	bool has_remark;
};

static const struct web_arg remark_args[] = { ARG_USER_ID(struct remark_args),
	ARG_HAS(WEB_BODY, WEB_CHARS, "remark", struct remark_args, remark,
	    has_remark, .min = 0, .max = CONTACT_REMARK_MAX,
	    .flags = WEB_NULLABLE,
	    .text = "A name for the other one, which only the caller sees; "
		    "null or an empty string removes it."),
	WEB_ARGS_END };

static int remark(struct web_request *rq, struct error *err)
{
	const struct remark_args *in = rq->args;
	struct news *n = news_of(rq);

	if (!json_object_get(rq->body, "remark"))
		return err_field(err, ERR_INVALID_ARGUMENT, "remark",
		    "is required");
	if (in->user_id == rq->caller.user_id)
		return err_set(err, ERR_NOT_FOUND, "no such contact");
	if (contact_remark(n->p.db, rq->arena, rq->caller.user_id, in->user_id,
		in->remark.len ? in->remark : STR_NONE, &n->change, err) < 0)
		return -1;
	tell(n);
	return answer(rq, n, err);
}

const struct web_route user_contact_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/contacts",
	    .name = "contact.list",
	    .summary = "The caller's contacts, and requests of both sides.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = list,
	},
	{
	    .method = "POST",
	    .path = "/v1/contacts",
	    .name = "contact.request",
	    .summary = "Ask a user to be a contact.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = request_args,
	    .args_size = sizeof(struct request_args),
	    .handle = request,
	},
	{
	    .method = "POST",
	    .path = "/v1/contacts/{user_id}/accept",
	    .name = "contact.accept",
	    .summary = "Accept a request.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = other_args,
	    .args_size = sizeof(struct other_args),
	    .handle = accept,
	},
	{
	    .method = "POST",
	    .path = "/v1/contacts/{user_id}/reject",
	    .name = "contact.reject",
	    .summary = "Reject a request.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = other_args,
	    .args_size = sizeof(struct other_args),
	    .handle = reject,
	},
	{
	    .method = "PATCH",
	    .path = "/v1/contacts/{user_id}",
	    .name = "contact.remark",
	    .summary = "Change one's own remark on a contact.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = remark_args,
	    .args_size = sizeof(struct remark_args),
	    .handle = remark,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/contacts/{user_id}",
	    .name = "contact.remove",
	    .summary = "Remove a contact, or take a request back.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = other_args,
	    .args_size = sizeof(struct other_args),
	    .handle = drop,
	},
	WEB_ROUTES_END,
};
