/* Sending: stored messages go through the appender, ephemeral ones only over
 * the bus. */
#include "message.h"

#include <inttypes.h>

#include "args.h"
#include "base/log.h"
#include "im/conv/append.h"
#include "im/conv/append_check.h"
#include "im/site/node.h"
#include "io/db_clock.h"
#include "service.h"
#include "io/bus_wake.h"
#include "io/json_writer.h"
#include "view/content.h"
#include "view/content_refs.h"
#include "view/entry_body.h"
#include "view/publish.h"
#include "view/quote.h"

/* Shared by the threads of the process, whose sends it combines. */
static struct appender *appender;

void message_send_init(void)
{
	message_server_init();
	appender = appender_new(&message_server);
}

void message_send_release(void)
{
	appender_free(&appender);
	message_server_release();
}

struct send_args {
	int64_t conv_id;
	struct str client_msg_id;
	int64_t type;
	json_t *content;
	struct web_ids mentions;
	bool mention_all;
	int64_t reply_to;
	struct web_ids forward_of;
	json_t *flags;
	json_t *meta;
	int64_t seen_index;
};

static const struct web_arg send_args[] = { ARG_CONV_ID(struct send_args),
	ARG(WEB_BODY, WEB_PRINTABLE, "client_msg_id", struct send_args,
	    client_msg_id, .min = 1, .max = 64,
	    .text = "Chosen by the client; makes the send repeatable."),
	ARG(WEB_BODY, WEB_ENUM, "type", struct send_args, type,
	    .set = MESSAGE_TYPES, .flags = WEB_REQUIRED,
	    .text = "The type of the content."),
	ARG(WEB_BODY, WEB_OBJECT, "content", struct send_args, content,
	    .flags = WEB_REQUIRED, .text = "By type."),
	ARG(WEB_BODY, WEB_IDS, "mentions", struct send_args, mentions, .min = 0,
	    .max = 50, .text = "Members to notify."),
	ARG(WEB_BODY, WEB_BOOL, "mention_all", struct send_args, mention_all,
	    .text = "Notify all members."),
	ARG(WEB_BODY, WEB_ID, "reply_to", struct send_args, reply_to,
	    .text = "A message of this conversation."),
	ARG(WEB_BODY, WEB_IDS, "forward_of", struct send_args, forward_of,
	    .min = 1, .max = 100,
	    .text = "Messages to forward; the sender must be "
		    "able to read them."),
	ARG(WEB_BODY, WEB_VALUE, "flags", struct send_args, flags,
	    .set = "silent|no_unread|no_bump|ephemeral",
	    .text = "How the message is delivered."),
	ARG(WEB_BODY, WEB_OBJECT, "meta", struct send_args, meta,
	    .max = CONTENT_META_MAX, .text = "Never interpreted."),
	ARG(WEB_BODY, WEB_INT, "seen_index", struct send_args, seen_index,
	    .min = 0, .max = INDEX_MAX,
	    .text =
		"Moves the sender's read mark, after the send and before the "
		"answer."),
	WEB_ARGS_END };

/* ---- ephemeral ---- */

static int send_ephemeral(struct web_request *rq,
    const struct append_request *ar, const struct entry *reply,
    struct error *err)
{
	const struct publisher p = service_publisher(rq);
	struct conv c;
	const struct entry e = {
		.conv_id = ar->conv_id,
		.msg_id = ar->msg_id,
		.client_msg_id = ar->client_msg_id,
		.kind = ENTRY_MESSAGE,
		.type = ar->type,
		.sender_id = ar->sender_id,
		.sent_ms = db_clock_ms(p.db),
		.body = ar->body,
		.quote = reply->msg_id ? quote_of(rq->arena, reply) : NULL,
	};

	if (append_check(p.db, rq->arena, ar, &c, err) < 0)
		return -1;
	/*
	 * One event for all members, so it quotes only what every one of them
	 * may see.
	 */
	publish_ephemeral(&p, &e, c.history == HISTORY_ALL ? 0 : INT64_MAX);
	json_begin(rq->out);
	json_put_id(rq->out, "msg_id", e.msg_id);
	json_put_id(rq->out, "conv_id", e.conv_id);
	json_put_int(rq->out, "sent_at", e.sent_ms);
	json_end(rq->out);
	return 0;
}

/* ---- stored ---- */

/*
 * An Idempotency-Key without a client id is taken for one: it makes a repeat
 * harmless in the transaction of the send.  The repeat gets the first answer.
 */
static bool is_by_key(const struct web_request *rq)
{
	const struct send_args *in = rq->args;

	return !in->client_msg_id.p && rq->idempotency_key.p;
}

/* CONFLICT: the key was used for another request. */
static int check_key(struct web_request *rq, const struct append_request *ar,
    struct error *err)
{
	struct idem used = {
		.shard_id = ar->conv_id,
		.user_id = ar->sender_id,
		.key = rq->idempotency_key,
		.request_hash = ar->fingerprint,
	};

	if (!is_by_key(rq))
		return 0;
	return idem_find(service_of(rq)->db, rq->arena, &used, err) < 0
		   ? -1
		   : 0;
}

static void answer(struct web_request *rq, const struct append_request *ar)
{
	const bool is_replay = ar->duplicate && is_by_key(rq);
	struct json_writer *w = rq->out;

	if (is_replay)
		web_header(rq, "Idempotent-Replayed", STR("true"));
	if (!ar->duplicate || is_replay)
		web_created(rq);
	json_begin(w);
	json_put_id(w, "msg_id", ar->entry.msg_id);
	json_put_id(w, "conv_id", ar->entry.conv_id);
	json_put_int(w, "conv_index", ar->entry.conv_index);
	json_put_int(w, "ordinal", ar->entry.ordinal);
	json_put_int(w, "sent_at", ar->entry.sent_ms);
	json_put_bool(w, "duplicate", ar->duplicate && !is_replay);
	json_end(w);
}

/*
 * Moves the sender's read mark to the index that they have seen, in a separate
 * transaction, before the answer.  If this process dies in between, a repeat of
 * the request moves it.  What no repeat would mend does not fail the send.
 */
static int move_seen(const struct publisher *p, const struct append_request *ar,
    int64_t seen_index, struct error *err)
{
	struct mark_result r;

	if (mark_read(p->db, p->a, ar->conv_id, ar->sender_id, seen_index, &r,
		err) < 0) {
		if (err_info(err->code)->retry != ERR_RETRY_NEVER)
			return -1;
		log_warn("send_seen", "conv_id=%" PRId64 " detail=\"%s\"",
		    ar->conv_id, err->detail);
		err_clear(err);
		return 0;
	}
	publish_mark(p, &r);
	return 0;
}

/* What message_send() has prepared for those below. */
struct send {
	struct append_request ar;
	struct error refused, limited;
	struct web_request *rq;
};

struct done {
	void (*done)(void *arg, struct web_request *rq);
	void *arg;
};

static void on_appended(void *arg, struct append_request *ar)
{
	const struct done *d = arg;

	d->done(d->arg, ((struct send *)ar)->rq);
}
_Static_assert(offsetof(struct send, ar) == 0, "a send begins with its append");

/* The sends that a thread has read go to the appender together. */
static void append_all(struct web_request *const *rqs, size_t n,
    void (*done)(void *arg, struct web_request *rq), void *arg)
{
	struct append_request **list = ARENA_ARRAY(rqs[0]->arena, n,
	    struct append_request *);
	struct done d = { done, arg };

	for (size_t i = 0; i < n; i++)
		list[i] = &((struct send *)rqs[i]->prepared)->ar;
	append_send_each(appender, list, n, on_appended, &d);
}

static int finish_stored(struct web_request *rq, struct error *err)
{
	const struct send_args *in = rq->args;
	const struct send *s = rq->prepared;
	const struct publisher p = service_publisher(rq);

	if (s->ar.result < 0) {
		*err = s->ar.error;
		if (err->code == ERR_CONFLICT && is_by_key(rq))
			err_field(err, ERR_CONFLICT, "Idempotency-Key",
			    "the key was used for another request");
		return -1;
	}
	if (s->ar.due)
		bus_wake("fanout");
	if (in->seen_index > 0 &&
	    move_seen(&p, &s->ar, in->seen_index, err) < 0)
		return -1;
	answer(rq, &s->ar);
	return 0;
}

static const struct web_together send_together = { append_all, finish_stored };

/* ---- both ---- */

static void fill(struct web_request *rq, const struct send_args *in,
    const struct entry *reply, struct append_request *ar)
{
	ar->app_id = rq->caller.app_id;
	ar->sender_id = rq->caller.user_id;
	ar->conv_id = in->conv_id;
	ar->client_msg_id = in->client_msg_id;
	if (is_by_key(rq))
		ar->client_msg_id = ar->idem_key = rq->idempotency_key;
	ar->type = in->type;
	ar->mentions = in->mentions.v;
	ar->n_mentions = in->mentions.n;
	if (in->mentions.n > 0)
		ar->flags |= ENTRY_MENTIONS;
	if (in->mention_all)
		ar->flags |= ENTRY_MENTION_ALL;
	if (in->forward_of.n > 0)
		ar->flags |= ENTRY_FORWARDS;
	ar->fingerprint = content_fingerprint(rq->arena, rq->body);
	ar->reply_index = reply->conv_index;
	ar->body = entry_body_write(rq->arena, rq->body);
}

static int check_refs(struct web_request *rq, const struct send_args *in,
    struct entry *reply, struct error *err)
{
	const struct content_refs refs = {
		.app_id = rq->caller.app_id,
		.sender_id = rq->caller.user_id,
		.conv_id = in->conv_id,
		.type = in->type,
		.content = in->content,
		.reply_to = in->reply_to,
		.forward_of = in->forward_of.v,
		.n_forward_of = in->forward_of.n,
	};
	struct service *s = service_of(rq);

	return content_refs_check(s->db, s->cache, rq->arena, &refs, reply,
	    err);
}

static int message_send(struct web_request *rq, struct error *err)
{
	const struct send_args *in = rq->args;
	struct send *s = arena_alloc(rq->arena, sizeof(*s));
	struct append_request *ar = &s->ar;
	struct entry reply = { .msg_id = 0 };
	bool ephemeral;

	s->rq = rq;
	if (content_type_check(in->type, err) < 0 ||
	    content_check(in->type, in->content, err) < 0 ||
	    content_flags(in->flags, &ar->flags, &ephemeral, err) < 0 ||
	    node_next_id(service_of(rq)->db, &ar->msg_id, err) < 0)
		return -1;
	/* A repeat may refer to what was valid when it was first sent, so the
	 * append decides. */
	if (check_refs(rq, in, &reply, &s->refused) < 0) {
		if (s->refused.code != ERR_INVALID_ARGUMENT) {
			*err = s->refused;
			return -1;
		}
		ar->refused = &s->refused;
	}
	if (web_rate(rq, WEB_RATE_SEND, &s->limited) < 0)
		ar->limited = &s->limited;
	fill(rq, in, &reply, ar);
	if (ephemeral)
		return send_ephemeral(rq, ar, &reply, err);
	if (check_key(rq, ar, err) < 0)
		return -1;
	web_join(rq, s);
	return 0;
}

const struct web_route message_send_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/conversations/{id}/messages",
	    .name = "message.send",
	    .summary = "Send a message.",
	    .auth = WEB_AUTH_USER,
	    .flags = WEB_TAKES_KEY | WEB_QUIET,
	    .args = send_args,
	    .args_size = sizeof(struct send_args),
	    .handle = message_send,
	    .together = &send_together,
	},
	WEB_ROUTES_END,
};
