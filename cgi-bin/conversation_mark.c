/* Marks: how far a member has read and received. */
#include "conversation.h"

#include "args.h"
#include "im/conv/burn.h"
#include "im/user/badge.h"
#include "im/user/chat.h"
#include "im/user/inbox.h"
#include "im/user/mark.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/publish.h"

struct mark_args {
	int64_t conv_id, conv_index;
};

static const struct web_arg mark_args[] = { ARG_CONV_ID(struct mark_args),
	ARG(WEB_BODY, WEB_INT, "conv_index", struct mark_args, conv_index,
	    .min = 0, .max = INDEX_MAX, .flags = WEB_REQUIRED,
	    .text = "The last entry that was read or received."),
	WEB_ARGS_END };

static int check_member(struct web_request *rq, int64_t conv_id,
    struct error *err)
{
	struct conv c;
	struct member me;

	return member_get(service_of(rq)->db, rq->arena, rq->caller.app_id,
	    conv_id, rq->caller.user_id, &c, &me, err);
}

/* Another device may have read further since: the marks that the counts of c
 * belong to. */
static void follow_chat(struct mark *m, const struct chat *c)
{
	if (m->read_index < c->read_index)
		m->read_index = c->read_index;
	if (m->delivered_index < m->read_index)
		m->delivered_index = m->read_index;
}

static int conversation_read(struct web_request *rq, struct error *err)
{
	const struct mark_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct json_writer *w = rq->out;
	struct burn_result r;
	struct inbox_seq seq;
	struct chat *chats;
	int64_t total;
	size_t n;

	if (check_member(rq, in->conv_id, err) < 0 ||
	    burn_read(p.db, rq->arena, in->conv_id, rq->caller.user_id,
		in->conv_index, &r, err) < 0)
		return -1;
	publish_burn(&p, &r);
	if (chat_load(p.db, rq->arena, rq->caller.user_id, &in->conv_id, 1,
		&chats, &n, err) < 0 ||
	    inbox_seq_get(p.db, rq->arena, rq->caller.user_id, &seq, err) < 0 ||
	    badge_total(p.db, p.cache, rq->arena, rq->caller.user_id,
		seq.last_index, &total, err) < 0)
		return -1;
	if (n)
		follow_chat(&r.mark.mark, chats);
	json_begin(w);
	json_put_int(w, "read_index", r.mark.mark.read_index);
	json_put_int(w, "delivered_index", r.mark.mark.delivered_index);
	json_put_int(w, "unread", n > 0 ? chats->unread : 0);
	json_put_int(w, "unread_ordinal", n > 0 ? chats->last_ordinal : 0);
	json_put_int(w, "mentions", n > 0 ? chats->mentions : 0);
	json_put_int(w, "total_unread", total);
	json_end(w);
	return 0;
}

static int conversation_delivered(struct web_request *rq, struct error *err)
{
	const struct mark_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct mark_result r;

	if (check_member(rq, in->conv_id, err) < 0 ||
	    mark_delivered(p.db, rq->arena, in->conv_id, rq->caller.user_id,
		in->conv_index, &r, err) < 0)
		return -1;
	publish_mark(&p, &r);
	json_begin(rq->out);
	json_put_int(rq->out, "delivered_index", r.mark.delivered_index);
	json_end(rq->out);
	return 0;
}

/* ---- conversation.clear ---- */

struct clear_args {
	int64_t conv_id;
};

static const struct web_arg clear_args[] = { ARG_CONV_ID(struct clear_args),
	WEB_ARGS_END };

/* Behind the commit, which may be that of the Idempotency-Key. */
struct cleared {
	struct publisher p;
	struct burn_result r;
};

static void tell_cleared(void *arg)
{
	const struct cleared *c = arg;

	conv_changed(c->r.mark.mark.conv_id);
	publish_burn(&c->p, &c->r);
}

static int conversation_clear(struct web_request *rq, struct error *err)
{
	const struct clear_args *in = rq->args;
	struct cleared *c = ARENA_NEW(rq->arena, struct cleared);

	c->p = service_publisher(rq);
	if (check_member(rq, in->conv_id, err) < 0 ||
	    burn_clear(c->p.db, rq->arena, in->conv_id, rq->caller.user_id,
		&c->r, err) < 0)
		return -1;
	db_after_commit(c->p.db, rq->arena, tell_cleared, c);
	web_no_content(rq);
	return 0;
}

const struct web_route conversation_mark_routes[] = {
	{
	    .method = "PUT",
	    .path = "/v1/conversations/{id}/read",
	    .name = "conversation.read",
	    .summary = "Move the read mark.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = mark_args,
	    .args_size = sizeof(struct mark_args),
	    .handle = conversation_read,
	},
	{
	    .method = "PUT",
	    .path = "/v1/conversations/{id}/delivered",
	    .name = "conversation.delivered",
	    .summary = "Move the delivered mark.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = mark_args,
	    .args_size = sizeof(struct mark_args),
	    .handle = conversation_delivered,
	},
	{
	    .method = "POST",
	    .path = "/v1/conversations/{id}/clear",
	    .name = "conversation.clear",
	    .summary = "Clear a chat, for oneself.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = clear_args,
	    .args_size = sizeof(struct clear_args),
	    .handle = conversation_clear,
	},
	WEB_ROUTES_END,
};
