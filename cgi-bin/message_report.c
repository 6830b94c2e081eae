/* Reporting a message to the moderators of the app. */
#include "message.h"

#include "args.h"
#include "im/site/report.h"
#include "message_act.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/shown.h"
#include "view/view.h"

#define COMMENT_MAX 1000 /* characters */

struct report_args {
	int64_t msg_id, reason;
	struct str comment;
};

static const struct web_arg report_args[] = { ARG_MSG_ID(struct report_args),
	ARG(WEB_BODY, WEB_ENUM, "reason", struct report_args, reason,
	    .set = REPORT_REASONS, .flags = WEB_REQUIRED, .text = "Why."),
	ARG(WEB_BODY, WEB_CHARS, "comment", struct report_args, comment,
	    .min = 1, .max = COMMENT_MAX, .text = "More about it."),
	WEB_ARGS_END };

/* The message as the caller sees it. */
static struct str snapshot_of(struct arena *a, const struct entry *e,
    int64_t floor)
{
	struct json_writer w;
	struct buf b;
	struct str s;

	buf_init(&b);
	json_writer_init(&w, &b);
	view_entry(&w, e, floor);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

static int report(struct web_request *rq, struct error *err)
{
	const struct report_args *in = rq->args;
	struct db *db = service_of(rq)->db;
	struct shown_for to = { .user_id = rq->caller.user_id };
	struct report row;
	struct reader r;
	struct entry e;

	if (message_act_get(rq, in->msg_id, &e, &r, err) < 0)
		return -1;
	to.hides = r.has_hidden != 0;
	if (shown_load(db, rq->arena, &to, &e, 1, err) < 0)
		return -1;
	row = (struct report){
		.app_id = rq->caller.app_id,
		.user_id = rq->caller.user_id,
		.msg_id = e.msg_id,
		.conv_id = e.conv_id,
		.conv_index = e.conv_index,
		.sender_id = e.sender_id,
		.reason = in->reason,
		.comment = in->comment,
		.snapshot = snapshot_of(rq->arena, &e, r.floor),
	};
	if (report_add(db, rq->arena, &row, err) < 0)
		return -1;
	web_accepted(rq);
	json_begin(rq->out);
	json_put_id(rq->out, "report_id", row.report_id);
	json_end(rq->out);
	return 0;
}

const struct web_route message_report_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/messages/{msg_id}/report",
	    .name = "message.report",
	    .summary = "Report a message to the moderators.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = report_args,
	    .args_size = sizeof(struct report_args),
	    .handle = report,
	},
	WEB_ROUTES_END,
};
