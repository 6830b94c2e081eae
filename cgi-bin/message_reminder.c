/* Reminders of messages, for the caller alone. */
#include "message.h"

#include <inttypes.h>

#include "args.h"
#include "im/conv/history.h"
#include "im/user/reminder.h"
#include "message_act.h"
#include "message_list.h"
#include "message_time.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/kept.h"
#include "view/view.h"

/* ---- message.remind, message.unremind ---- */

#define NOTE_MAX 512 /* characters */

struct remind_args {
	int64_t msg_id, remind_at;
	struct str note;
};

static const struct web_arg remind_args[] = { ARG_MSG_ID(struct remind_args),
	ARG(WEB_BODY, WEB_INT, "remind_at", struct remind_args, remind_at,
	    .min = 0, .max = INDEX_MAX, .flags = WEB_REQUIRED,
	    .text = "When: 5 s to 366 days ahead."),
	ARG(WEB_BODY, WEB_CHARS, "note", struct remind_args, note, .min = 1,
	    .max = NOTE_MAX, .text = "A text for oneself."),
	WEB_ARGS_END };

static int remind(struct web_request *rq, struct error *err)
{
	const struct remind_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct inbox_row event;
	struct reminder row;
	struct reader r;
	struct entry e;

	if (message_check_ahead(p.db, "remind_at", in->remind_at, err) < 0 ||
	    message_act_get(rq, in->msg_id, &e, &r, err) < 0)
		return -1;
	row = (struct reminder){
		.user_id = rq->caller.user_id,
		.msg_id = e.msg_id,
		.conv_id = e.conv_id,
		.conv_index = e.conv_index,
		.remind_ms = in->remind_at,
		.note = in->note,
	};
	if (reminder_set(p.db, rq->arena, &row, &event, err) < 0)
		return -1;
	publish_own(&p, &event);
	web_no_content(rq);
	return 0;
}

struct unremind_args {
	int64_t msg_id;
};

static const struct web_arg unremind_args[] = {
	ARG_MSG_ID(struct unremind_args), WEB_ARGS_END
};

static int unremind(struct web_request *rq, struct error *err)
{
	const struct unremind_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	const struct reminder key = {
		.user_id = rq->caller.user_id,
		.msg_id = in->msg_id,
	};
	struct inbox_row event;
	struct reader r;
	struct entry e;

	if (message_act_get(rq, in->msg_id, &e, &r, err) < 0 ||
	    reminder_cancel(p.db, rq->arena, &key, &event, err) < 0)
		return -1;
	publish_own(&p, &event);
	web_no_content(rq);
	return 0;
}

/* ---- message.reminders ---- */

/* Of messages that the caller may no longer see nothing is said; when they are
 * due, they are cancelled. */
static bool put_reminder(struct json_writer *w, const void *rows, size_t i,
    const struct entry *e, int64_t floor)
{
	const struct reminder *r = (const struct reminder *)rows + i;

	json_begin(w);
	view_reminder(w, r);
	json_key(w, "entry");
	view_entry(w, e, floor);
	json_end(w);
	return true;
}

static int reminders(struct web_request *rq, struct error *err)
{
	const struct message_list_args *in = rq->args;
	struct reminder_place after = { 0, 0 };
	struct message_list_item *items;
	struct reminder *rows;
	size_t n;

	if (message_list_after(in->cursor, &after.remind_ms, &after.msg_id,
		err) < 0 ||
	    reminder_list(service_of(rq)->db, rq->arena, rq->caller.user_id,
		&after, in->limit + 1, &rows, &n, err) < 0)
		return -1;
	items = ARENA_ARRAY(rq->arena, n, struct message_list_item);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct message_list_item){ { rows[i].conv_id,
							   rows[i].conv_index },
			rows[i].remind_ms, rows[i].msg_id };
	return message_list_answer(rq, items, n, put_reminder, rows, err);
}

const struct web_route message_reminder_routes[] = {
	{
	    .method = "PUT",
	    .path = "/v1/messages/{msg_id}/reminder",
	    .name = "message.remind",
	    .summary = "Be reminded of a message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = remind_args,
	    .args_size = sizeof(struct remind_args),
	    .handle = remind,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/messages/{msg_id}/reminder",
	    .name = "message.unremind",
	    .summary = "Cancel a reminder.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = unremind_args,
	    .args_size = sizeof(struct unremind_args),
	    .handle = unremind,
	},
	{
	    .method = "GET",
	    .path = "/v1/reminders",
	    .name = "message.reminders",
	    .summary = "The caller's reminders, the next one first.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = message_list_args,
	    .args_size = sizeof(struct message_list_args),
	    .handle = reminders,
	},
	WEB_ROUTES_END,
};
