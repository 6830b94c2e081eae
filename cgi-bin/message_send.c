/* Sending a message: stored ones go through the appender, ephemeral ones only
 * over the bus. */
#include "message.h"

#include "message_compose.h"
#include "service.h"

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

struct appender *message_appender(void)
{
	return appender;
}

static const struct web_arg send_args[] = { ARG_CONV_ID(struct message_args),
	MESSAGE_ARGS, WEB_ARGS_END };

/*
 * An Idempotency-Key without a client id is taken for one: it makes a repeat
 * harmless in the transaction of the send.  The repeat gets the first answer.
 * CONFLICT: the key was used for another request.
 */
static int check_key(const struct message_draft *d, struct error *err)
{
	struct web_request *rq = d->rq;
	struct idem used = {
		.shard_id = d->ar.conv_id,
		.user_id = d->ar.sender_id,
		.key = rq->idempotency_key,
		.request_hash = d->ar.fingerprint,
	};

	if (!d->is_by_key)
		return 0;
	return idem_find(service_of(rq)->db, rq->arena, &used, err) < 0
		   ? -1
		   : 0;
}

struct done {
	void (*done)(void *arg, struct web_request *rq);
	void *arg;
};

static void on_appended(void *arg, struct append_request *ar)
{
	const struct done *d = arg;

	d->done(d->arg, ((struct message_draft *)ar)->rq);
}
_Static_assert(offsetof(struct message_draft, ar) == 0,
    "a draft begins with its append");

/* The sends that a thread has read go to the appender together. */
static void append_all(struct web_request *const *rqs, size_t n,
    void (*done)(void *arg, struct web_request *rq), void *arg)
{
	struct append_request **list = ARENA_ARRAY(rqs[0]->arena, n,
	    struct append_request *);
	struct done d = { done, arg };

	for (size_t i = 0; i < n; i++)
		list[i] = &((struct message_draft *)rqs[i]->prepared)->ar;
	append_send_each(appender, list, n, on_appended, &d);
}

static int refuse(const struct message_draft *d, struct error *err)
{
	if (d->is_by_key && err->code == ERR_CONFLICT && *err->field)
		err_field(err, ERR_CONFLICT, "Idempotency-Key",
		    "the key was used for another request");
	return -1;
}

static int answer(const struct message_draft *d, struct error *err)
{
	struct web_request *rq = d->rq;

	if (message_sent(d, err) < 0)
		return -1;
	if (d->ar.duplicate && d->is_by_key)
		web_header(rq, "Idempotent-Replayed", STR("true"));
	if (message_is_scheduled(d))
		web_accepted(rq);
	else if (message_is_new(d))
		web_created(rq);
	message_put_answer(d, rq->out);
	return 0;
}

static int finish_stored(struct web_request *rq, struct error *err)
{
	const struct message_draft *d = rq->prepared;

	if (d->ar.result < 0) {
		*err = d->ar.error;
		return refuse(d, err);
	}
	return answer(d, err);
}

static const struct web_together send_together = { append_all, finish_stored };

static int message_send(struct web_request *rq, struct error *err)
{
	struct message_draft *d = ARENA_NEW(rq->arena, struct message_draft);

	if (message_compose(rq, rq->args, rq->body, rq->idempotency_key, d,
		err) < 0)
		return -1;
	if (d->is_ephemeral)
		return message_send_ephemeral(d, rq->out, err);
	if (d->is_by_key)
		d->ar.idem_key = rq->idempotency_key;
	if (check_key(d, err) < 0)
		return -1;
	if (d->in->send_at)
		return message_schedule(d, err) < 0 ? refuse(d, err)
						    : answer(d, err);
	web_join(rq, d);
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
	    .args_size = sizeof(struct message_args),
	    .handle = message_send,
	    .together = &send_together,
	},
	WEB_ROUTES_END,
};
