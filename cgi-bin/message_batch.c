/* Sending up to 100 messages with one request. */
#include "message.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "base/log.h"
#include "message_compose.h"
#include "service.h"

/* As much as web servers pass on. */
#define BATCH_BODY_MAX 1048576

struct batch_args {
	json_t *messages;
};

static const struct web_arg batch_args[] = {
	ARG(WEB_BODY, WEB_ITEMS, "messages", struct batch_args, messages,
	    .min = 1, .max = APPEND_TOGETHER_MAX, .flags = WEB_REQUIRED,
	    .text = "Each as the body of a "
		    "send, with `conv_id`."),
	WEB_ARGS_END
};

static const struct web_arg item_args[] = {
	MESSAGE_ARG(WEB_ID, "conv_id", conv_id, .flags = WEB_REQUIRED),
	MESSAGE_ARGS, WEB_ARGS_END
};

struct item {
	struct message_args in;
	struct message_draft draft;
	struct append_request *ar; /* in the batch; NULL: not stored */
	struct str body;           /* of an ephemeral one */
	struct error error;        /* code NONE: none */
};

/*
 * The Idempotency-Key of the request stands for the client ids of those without
 * one: should the process die before the answer is kept, the repeat sends
 * nothing twice.
 */
static struct str key_of(struct web_request *rq, size_t i)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	if (!rq->idempotency_key.p)
		return STR_NONE;
	crypto_sha256(hash, arena_printf(rq->arena, "%zu\n%.*s", i,
				STR_ARG(rq->idempotency_key)));
	return crypto_hex(rq->arena, hash, CRYPTO_HASH_LEN);
}

/* As the request alone would have been. */
static int check_size(struct web_request *rq, const json_t *message,
    struct error *err)
{
	if (json_dump(rq->arena, message).len <= WEB_BODY_MAX)
		return 0;
	return err_set(err, ERR_TOO_LARGE, "the message is over %d bytes",
	    WEB_BODY_MAX);
}

static int send_ephemeral(struct web_request *rq, struct item *it)
{
	struct json_writer w;
	struct buf b;
	int rc;

	buf_init(&b);
	json_writer_init(&w, &b);
	rc = message_send_ephemeral(&it->draft, &w, &it->error);
	if (rc == 0)
		it->body = arena_str(rq->arena, buf_view(&b));
	buf_release(&b);
	return rc;
}

/* An error of the item is kept in it. */
static void begin(struct web_request *rq, const json_t *message, size_t i,
    struct item *it)
{
	if (check_size(rq, message, &it->error) < 0 ||
	    web_decode_item(rq, message, item_args, &it->in, &it->error) < 0 ||
	    message_compose(rq, &it->in, message, key_of(rq, i), &it->draft,
		&it->error) < 0)
		return;
	if (it->draft.is_ephemeral)
		send_ephemeral(rq, it);
}

static bool is_to_append(const struct item *it)
{
	return it->error.code == ERR_NONE && !it->draft.is_ephemeral &&
	       !it->in.send_at;
}

static void append_all(struct web_request *rq, struct item *items, size_t n)
{
	struct append_request *list = ARENA_ARRAY(rq->arena, n,
	    struct append_request);
	size_t n_list = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_to_append(&items[i]))
			continue;
		items[i].ar = &list[n_list];
		list[n_list] = items[i].draft.ar;
		list[n_list++].with_next = true;
	}
	if (n_list)
		append_send_all(message_appender(), list, n_list);
	for (size_t i = 0; i < n; i++)
		if (items[i].ar)
			items[i].draft.ar = *items[i].ar;
}

/* Those to be sent later take locks that the appender waits for, so they come
 * last. */
static void finish(struct item *it)
{
	struct message_draft *d = &it->draft;

	if (it->error.code != ERR_NONE || d->is_ephemeral)
		return;
	if (it->ar && it->ar->result < 0)
		it->error = it->ar->error;
	else if (it->ar || message_schedule(d, &it->error) == 0)
		message_sent(d, &it->error);
}

static void put_item(struct web_request *rq, const struct item *it)
{
	struct json_writer *w = rq->out;

	json_begin(w);
	if (it->error.code != ERR_NONE) {
		web_put_problem(rq, &it->error);
	} else if (it->draft.is_ephemeral) {
		web_put_success(rq, false);
		json_put_raw(w, "body", it->body);
	} else {
		if (message_is_scheduled(&it->draft))
			web_put_accepted(rq);
		else
			web_put_success(rq, message_is_new(&it->draft));
		json_key(w, "body");
		message_put_answer(&it->draft, w);
	}
	json_end(w);
}

static int message_batch(struct web_request *rq, struct error *err)
{
	const struct batch_args *in = rq->args;
	size_t n = json_array_size(in->messages);
	struct item *items = ARENA_ARRAY(rq->arena, n, struct item);
	struct json_writer *w = rq->out;

	(void)err;
	for (size_t i = 0; i < n; i++)
		begin(rq, json_array_get(in->messages, i), i, &items[i]);
	append_all(rq, items, n);
	for (size_t i = 0; i < n; i++)
		finish(&items[i]);
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n; i++)
		put_item(rq, &items[i]);
	json_end_list(w);
	json_end(w);
	return 0;
}

const struct web_route message_batch_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/messages/batch",
	    .name = "message.batch",
	    .summary = "Send several messages.",
	    .auth = WEB_AUTH_USER,
	    .flags = WEB_IDEMPOTENT,
	    .body_max = BATCH_BODY_MAX,
	    .args = batch_args,
	    .args_size = sizeof(struct batch_args),
	    .handle = message_batch,
	},
	WEB_ROUTES_END,
};
