/* Messages that are sent at a time: scheduling, and the caller's list. */
#include "message.h"

#include "args.h"
#include "im/site/app_setting.h"
#include "message_act.h"
#include "message_list.h"
#include "message_compose.h"
#include "message_time.h"
#include "service.h"
#include "view/compose.h"
#include "view/content_refs.h"
#include "view/kept.h"
#include "view/people.h"

struct told {
	struct publisher p;
	struct inbox_row event;
};

static void publish(void *arg)
{
	const struct told *t = arg;

	publish_own(&t->p, &t->event);
}

static void tell(struct web_request *rq, const struct inbox_row *event)
{
	struct told *t = ARENA_NEW(rq->arena, struct told);

	*t = (struct told){ service_publisher(rq), *event };
	db_after_commit(t->p.db, rq->arena, publish, t);
}

/* ---- scheduling: a part of message.send and message.batch ---- */

int message_schedule(struct message_draft *d, struct error *err)
{
	struct web_request *rq = d->rq;
	struct db *db = service_of(rq)->db;
	const struct scheduled s = {
		.conv_id = d->ar.conv_id,
		.msg_id = d->ar.msg_id,
		.user_id = d->ar.sender_id,
		.client_msg_id = d->ar.client_msg_id,
		.fingerprint = d->ar.fingerprint,
		.send_ms = d->in->send_at,
		.content = compose_store(rq->arena, d->body),
	};
	struct scheduled_added added;
	int64_t max;

	if (app_setting_get(db, rq->arena, rq->caller.app_id, APP_SCHEDULED_MAX,
		&max, err) < 0 ||
	    scheduled_add(db, rq->arena, &s, &d->ar, max, &added, err) < 0)
		return -1;
	tell(rq, &added.event);
	d->scheduled = added.row;
	d->ar.duplicate = added.is_repeat;
	return 0;
}

/* ---- one of them ---- */

#define ARG_SCHEDULED_ID(S)                                               \
	ARG(WEB_PATH, WEB_ID, "msg_id", S, msg_id, .flags = WEB_REQUIRED, \
	    .text = "The message; 404 unless the caller has scheduled it.")

struct change_args {
	int64_t msg_id, send_at;
	json_t *content;
};

static const struct web_arg change_args[] = {
	ARG_SCHEDULED_ID(struct change_args),
	ARG(WEB_BODY, WEB_INT, "send_at", struct change_args, send_at, .min = 1,
	    .max = INDEX_MAX,
	    .text = "When to send it: 5 s to 366 days ahead."),
	ARG(WEB_BODY, WEB_OBJECT, "content", struct change_args, content,
	    .text = "The new content, of the same type."),
	WEB_ARGS_END
};

static int check_content(struct web_request *rq, const struct scheduled *s,
    const json_t *content, struct error *err)
{
	struct service *v = service_of(rq);
	struct compose c;
	struct entry none;

	if (compose_read(rq->arena, s->content, &c, err) < 0)
		return -1;
	if (compose_carries(&c))
		return err_field(err, ERR_INVALID_ARGUMENT, "content",
		    "a forward has that of its messages");
	if (content_check(c.type, content, err) < 0)
		return -1;
	return content_refs_check(v->db, v->cache, rq->arena,
	    &(struct content_refs){ .app_id = rq->caller.app_id,
		.sender_id = s->user_id,
		.conv_id = s->conv_id,
		.type = c.type,
		.content = content },
	    &none, err);
}

/* The request with this content, as long as one may be. */
static int new_content(struct web_request *rq, const json_t *content,
    struct scheduled *s, struct error *err)
{
	if (scheduled_get(service_of(rq)->db, rq->arena, s->user_id, s->msg_id,
		s, err) < 0 ||
	    check_content(rq, s, content, err) < 0)
		return -1;
	s->content = compose_store_content(rq->arena, s->content, content, err);
	if (!s->content.p)
		return -1;
	if (s->content.len > WEB_BODY_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "the message is over %d bytes", WEB_BODY_MAX);
	return 0;
}

static int change(struct web_request *rq, struct error *err)
{
	const struct change_args *in = rq->args;
	struct db *db = service_of(rq)->db;
	struct scheduled row, s = {
		.user_id = rq->caller.user_id,
		.msg_id = in->msg_id,
	};
	struct inbox_row event;

	if (in->send_at &&
	    message_check_ahead(db, "send_at", in->send_at, err) < 0)
		return -1;
	if (in->content && new_content(rq, in->content, &s, err) < 0)
		return -1;
	s.send_ms = in->send_at;
	if (scheduled_change(db, rq->arena, &s, &row, &event, err) < 0)
		return -1;
	tell(rq, &event);
	view_scheduled(rq->out, &row);
	return 0;
}

struct cancel_args {
	int64_t msg_id;
};

static const struct web_arg cancel_args[] = {
	ARG_SCHEDULED_ID(struct cancel_args), WEB_ARGS_END
};

static int cancel(struct web_request *rq, struct error *err)
{
	const struct cancel_args *in = rq->args;
	struct inbox_row event;

	if (scheduled_cancel(service_of(rq)->db, rq->arena, rq->caller.user_id,
		in->msg_id, &event, err) < 0)
		return -1;
	tell(rq, &event);
	web_no_content(rq);
	return 0;
}

/* ---- the list ---- */

struct list_args {
	int64_t conv_id, limit;
	struct str cursor;
	bool users;
};

static const struct web_arg list_args[] = {
	ARG(WEB_QUERY, WEB_ID, "conv_id", struct list_args, conv_id,
	    .text = "Only for this conversation."),
	ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_STR, "cursor", struct list_args, cursor, .min = 1,
	    .max = 64, .text = "`next` of the previous page."),
	ARG_USERS(struct list_args), WEB_ARGS_END
};

static int put_items(struct web_request *rq, const struct scheduled *rows,
    size_t n, struct people *people, struct error *err)
{
	struct compose c;

	for (size_t i = 0; i < n; i++) {
		view_scheduled(rq->out, &rows[i]);
		if (!people)
			continue;
		if (compose_read(rq->arena, rows[i].content, &c, err) < 0)
			return -1;
		for (size_t k = 0; k < c.n_mentions; k++)
			people_add(people, c.mentions[k]);
	}
	return 0;
}

static int list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct scheduled_place after = { 0, 0 };
	struct scheduled *rows;
	size_t n, shown;

	if (message_list_after(in->cursor, &after.send_ms, &after.msg_id, err) <
		0 ||
	    scheduled_list(s->db, rq->arena, rq->caller.user_id, in->conv_id,
		&after, in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	if (put_items(rq, rows, shown, people, err) < 0)
		return -1;
	return message_list_end(rq, n > shown,
	    shown ? rows[shown - 1].send_ms : 0,
	    shown ? rows[shown - 1].msg_id : 0, people, err);
}

const struct web_route message_schedule_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/scheduled",
	    .name = "message.scheduled",
	    .summary = "The caller's scheduled messages, the next one first.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = list,
	},
	{
	    .method = "PATCH",
	    .path = "/v1/scheduled/{msg_id}",
	    .name = "message.reschedule",
	    .summary = "Change time or content of a scheduled message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = change_args,
	    .args_size = sizeof(struct change_args),
	    .handle = change,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/scheduled/{msg_id}",
	    .name = "message.unschedule",
	    .summary = "Cancel a scheduled message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = cancel_args,
	    .args_size = sizeof(struct cancel_args),
	    .handle = cancel,
	},
	WEB_ROUTES_END,
};
