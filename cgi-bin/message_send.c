#include "message_send.h"

#include "base/clock.h"
#include "im/conv/append.h"
#include "im/conv/history.h"
#include "im/conv/right.h"
#include "im/site/node.h"
#include "im/user/user.h"
#include "message_read.h"
#include "service.h"
#include "service_publish.h"
#include "view/view.h"

/* Shared by the threads of the process: it combines their sends. */
static struct appender *appender;

/* ---- references: found now, refused unless the send is a repeat ---- */

static int find(struct web_request *rq, int64_t msg_id, struct entry *out,
    struct error *err)
{
	return history_get(service_of(rq)->db, rq->arena, rq->caller.app_id,
	    rq->caller.user_id, msg_id, out, err);
}

static int check_reply(struct web_request *rq, const struct send_args *in,
    struct entry *reply, struct error *err)
{
	if (in->reply_to == 0)
		return 0;
	if (find(rq, in->reply_to, reply, err) < 0) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
	} else if (reply->conv_id == in->conv_id &&
		   reply->kind == ENTRY_MESSAGE) {
		return 0;
	}
	return err_field(err, ERR_INVALID_ARGUMENT, "reply_to",
	    "no such message in this conversation");
}

static int check_forward(struct web_request *rq, const struct send_args *in,
    struct error *err)
{
	struct entry e;
	char field[32];
	size_t i;

	for (i = 0; i < in->forward_of.n; i++) {
		if (find(rq, in->forward_of.v[i], &e, err) == 0)
			continue;
		if (err->code != ERR_NOT_FOUND)
			return -1;
		snprintf(field, sizeof(field), "forward_of.%zu", i);
		return err_field(err, ERR_INVALID_ARGUMENT, field,
		    "no such message");
	}
	return 0;
}

static int check_content_ids(struct web_request *rq, const struct send_args *in,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct user u;
	int found;

	switch (in->type) {
	case MESSAGE_IMAGE:
	case MESSAGE_AUDIO:
	case MESSAGE_VIDEO:
	case MESSAGE_FILE:
		return err_field(err, ERR_INVALID_ARGUMENT, "content.file_id",
		    "no such file");
	case MESSAGE_CARD:
		found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
		    json_get_id(in->content, "user_id"), &u, err);
		if (found < 0)
			return -1;
		return found == 1 ? 0
				  : err_field(err, ERR_INVALID_ARGUMENT,
					"content.user_id", "no such user");
	default:
		return 0;
	}
}

/* ---- ephemeral ---- */

static void ephemeral_event(struct json_writer *w, int64_t at_ms,
    const struct append_request *ar)
{
	json_put_cstr(w, "type", "ephemeral");
	json_put_int(w, "at", at_ms);
	json_put_id(w, "conv_id", ar->conv_id);
	json_key(w, "message");
	json_begin(w);
	json_put_id(w, "msg_id", ar->msg_id);
	json_put_id(w, "conv_id", ar->conv_id);
	if (ar->client_msg_id.p)
		json_put_str(w, "client_msg_id", ar->client_msg_id);
	json_put_cstr(w, "kind", "message");
	json_put_cstr(w, "type", message_type_name(ar->type));
	json_put_id(w, "sender_id", ar->sender_id);
	json_put_int(w, "sent_at", at_ms);
	json_members(w, ar->body);
	json_key(w, "flags");
	json_raw(w, STR("[\"ephemeral\"]"));
	json_end(w);
}

static int check_mentions(struct web_request *rq,
    const struct append_request *ar, struct error *err)
{
	int64_t(
	    *pairs)[2] = arena_array(rq->arena, ar->n_mentions, sizeof(*pairs));
	struct member *rows;
	size_t n, i, j;

	for (i = 0; i < ar->n_mentions; i++) {
		pairs[i][0] = ar->conv_id;
		pairs[i][1] = ar->mentions[i];
	}
	if (member_load(service_of(rq)->db, rq->arena, pairs, ar->n_mentions,
		&rows, &n, err) < 0)
		return -1;
	for (i = 0; i < ar->n_mentions; i++) {
		for (j = 0; j < n; j++)
			if (rows[j].user_id == ar->mentions[i])
				break;
		if (right_mention(j < n ? &rows[j] : NULL, i, err) < 0)
			return -1;
	}
	return 0;
}

/* What the append transaction checks of those that are stored. */
static int check_ephemeral(struct web_request *rq,
    const struct append_request *ar, struct error *err)
{
	struct conv c;
	struct member me;

	if (member_get(service_of(rq)->db, rq->arena, ar->app_id, ar->conv_id,
		ar->sender_id, &c, &me, err) < 0)
		return -1;
	if (ar->refused) {
		*err = *ar->refused;
		return -1;
	}
	if (right_post(&c, &me, rq->received_ms, err) < 0 ||
	    check_mentions(rq, ar, err) < 0)
		return -1;
	if (ar->limited) {
		*err = *ar->limited;
		return -1;
	}
	return 0;
}

/* Never stored: told to whoever is there now. */
static int send_ephemeral(struct web_request *rq,
    const struct append_request *ar, struct error *err)
{
	struct json_writer w;
	struct buf b;

	if (check_ephemeral(rq, ar, err) < 0)
		return -1;
	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	ephemeral_event(&w, rq->received_ms, ar);
	json_end_members(&w);
	publish_to_others(rq, ar->conv_id, 0, buf_view(&b));
	buf_release(&b);
	json_begin(rq->out);
	json_put_id(rq->out, "msg_id", ar->msg_id);
	json_put_id(rq->out, "conv_id", ar->conv_id);
	json_put_int(rq->out, "sent_at", rq->received_ms);
	json_end(rq->out);
	return 0;
}

/* ---- send ---- */

static void answer(struct web_request *rq, const struct append_request *ar)
{
	struct json_writer *w = rq->out;

	if (!ar->duplicate)
		web_created(rq);
	json_begin(w);
	json_put_id(w, "msg_id", ar->entry.msg_id);
	json_put_id(w, "conv_id", ar->entry.conv_id);
	json_put_int(w, "conv_index", ar->entry.conv_index);
	json_put_int(w, "ordinal", ar->entry.ordinal);
	json_put_int(w, "sent_at", ar->entry.sent_ms);
	json_put_bool(w, "duplicate", ar->duplicate);
	json_end(w);
}

static int append(struct web_request *rq, struct append_request *ar,
    struct error *err)
{
	if (append_send(appender, ar, err) < 0)
		return -1;
	if (!ar->duplicate) {
		bus_wake("fanout");
		entry_cache(service_of(rq)->cache, rq->arena, &ar->entry);
		publish_mark(rq, &ar->seen);
	}
	answer(rq, ar);
	return 0;
}

static void fill(struct web_request *rq, const struct send_args *in,
    struct append_request *ar)
{
	ar->app_id = rq->caller.app_id;
	ar->sender_id = rq->caller.user_id;
	ar->conv_id = in->conv_id;
	ar->client_msg_id = in->client_msg_id;
	ar->type = in->type;
	ar->mentions = in->mentions.v;
	ar->n_mentions = in->mentions.n;
	ar->seen_index = in->seen_index;
	if (in->mentions.n > 0)
		ar->flags |= ENTRY_MENTIONS;
	if (in->mention_all)
		ar->flags |= ENTRY_MENTION_ALL;
	ar->fingerprint = content_fingerprint(rq->arena, rq->body);
}

int message_send(struct web_request *rq, struct error *err)
{
	const struct send_args *in = rq->args;
	struct append_request ar = { .flags = 0 };
	struct entry reply = { .msg_id = 0 };
	struct error refused, limited;
	bool ephemeral = false;

	if (content_check(in->type, in->content, err) < 0 ||
	    content_flags(in->flags, &ar.flags, &ephemeral, err) < 0 ||
	    node_next_id(service_of(rq)->db, &ar.msg_id, err) < 0)
		return -1;
	if (check_reply(rq, in, &reply, &refused) != 0 ||
	    check_forward(rq, in, &refused) != 0 ||
	    check_content_ids(rq, in, &refused) != 0) {
		if (refused.code != ERR_INVALID_ARGUMENT) {
			*err = refused;
			return -1;
		}
		ar.refused = &refused;
	}
	if (web_rate(rq, WEB_RATE_SEND, &limited) != 0)
		ar.limited = &limited;
	fill(rq, in, &ar);
	ar.body = content_body(rq->arena, rq->body,
	    in->reply_to != 0 ? &reply : NULL);
	if (ephemeral)
		return send_ephemeral(rq, &ar, err);
	return append(rq, &ar, err);
}

int message_main(int argc, char **argv, const struct web_route *routes)
{
	static const struct db_stmt *const *const statements[] = {
		entry_statements, conv_statements, member_statements,
		append_statements, mark_statements, inbox_statements,
		chat_statements, NULL
	};
	int ret;

	appender = appender_new();
	ret = service_main(argc, argv, "message", routes, statements);
	appender_free(&appender);
	return ret;
}
