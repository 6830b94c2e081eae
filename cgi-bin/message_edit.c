/* Editing a message, and its former versions. */
#include "message.h"

#include <inttypes.h>

#include "args.h"
#include "im/conv/history.h"
#include "im/conv/message_edit.h"
#include "im/conv/sight.h"
#include "message_act.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/content.h"
#include "view/content_refs.h"
#include "view/edit_body.h"
#include "view/entry_body.h"
#include "view/people.h"
#include "view/version.h"

/* ---- message.edit ---- */

struct edit_args {
	int64_t msg_id;
	struct str client_msg_id;
	json_t *content;
};

static const struct web_arg edit_args[] = { ARG_MSG_ID(struct edit_args),
	ARG(WEB_BODY, WEB_OBJECT, "content", struct edit_args, content,
	    .flags = WEB_REQUIRED,
	    .text = "The new content, of the same type."),
	ARG(WEB_BODY, WEB_PRINTABLE, "client_msg_id", struct edit_args,
	    client_msg_id, .min = 1, .max = 64,
	    .text = "Chosen by the client; makes the edit repeatable."),
	WEB_ARGS_END };

static int check_refs(struct web_request *rq, const struct entry *e,
    struct error *err)
{
	const struct edit_args *in = rq->args;
	const struct content_refs refs = {
		.app_id = rq->caller.app_id,
		.sender_id = rq->caller.user_id,
		.conv_id = e->conv_id,
		.type = e->type,
		.content = in->content,
	};
	struct service *s = service_of(rq);
	struct entry none;

	/* The file of a media message stays. */
	if (e->type != MESSAGE_CARD)
		return 0;
	return content_refs_check(s->db, s->cache, rq->arena, &refs, &none,
	    err);
}

static int new_body(void *arg, const struct entry *e, struct str *body_out,
    struct error *err)
{
	struct web_request *rq = arg;
	const struct edit_args *in = rq->args;
	int changed = edit_body(rq->arena, e, in->content, body_out, err);

	if (changed < 0 || check_refs(rq, e, err) < 0)
		return -1;
	return changed;
}

static int edit(struct web_request *rq, struct error *err)
{
	const struct edit_args *in = rq->args;
	const struct act_by by = message_act_by(rq, in->msg_id);
	const struct message_edit e = {
		.client_msg_id = in->client_msg_id,
		.fingerprint = content_fingerprint(rq->arena, rq->body),
		.body = new_body,
		.arg = rq,
	};
	struct act_result r;

	if (message_edit(service_of(rq)->db, rq->arena, &by, &e, &r, err) < 0)
		return -1;
	return message_act_answer(rq, &r, err);
}

/* ---- message.edits ---- */

struct edits_args {
	int64_t msg_id, limit, cursor;
	bool users;
};

static const struct web_arg edits_args[] = { ARG_MSG_ID(struct edits_args),
	ARG_LIMIT(struct edits_args),
	ARG(WEB_QUERY, WEB_INT, "cursor", struct edits_args, cursor, .min = 0,
	    .max = INDEX_MAX, .text = "`next` of the previous page."),
	ARG_USERS(struct edits_args), WEB_ARGS_END };

static void put_version(struct web_request *rq, struct entry e,
    const struct entry_version *v, struct people *people)
{
	e.body = v->content;
	people_add_entry(people, &e);
	json_begin(rq->out);
	view_version(rq->out, rq->arena, &e, v);
	json_end(rq->out);
}

static int edits(struct web_request *rq, struct error *err)
{
	const struct edits_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct entry_version *rows, present;
	size_t n, shown;
	struct entry e;
	int64_t floor;

	if (history_get(s->db, rq->arena, rq->caller.app_id, rq->caller.user_id,
		in->msg_id, &e, &floor, err) < 0)
		return -1;
	if (e.kind != ENTRY_MESSAGE)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	if (sight_of(&e, floor) == SIGHT_RECALLED)
		return err_set(err, ERR_GONE, "the message was recalled");
	if (message_edit_versions(s->db, rq->arena, &e, in->cursor, in->limit,
		&rows, &n, err) < 0)
		return -1;
	present = message_edit_present(&e);
	shown = n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n; i++)
		put_version(rq, e, &rows[i], people);
	if (n < (size_t)in->limit && in->cursor < present.version) {
		put_version(rq, e, &present, people);
		shown++;
	}
	json_end_list(w);
	/* The present one is still to come. */
	if (shown == n && n > 0)
		json_put_str(w, "next",
		    arena_printf(rq->arena, "%" PRId64, rows[n - 1].version));
	else
		json_put_null(w, "next");
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

const struct web_route message_edit_routes[] = {
	{
	    .method = "PATCH",
	    .path = "/v1/messages/{msg_id}",
	    .name = "message.edit",
	    .summary = "Change the content of a message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = edit_args,
	    .args_size = sizeof(struct edit_args),
	    .handle = edit,
	},
	{
	    .method = "GET",
	    .path = "/v1/messages/{msg_id}/edits",
	    .name = "message.edits",
	    .summary = "The versions of a message, oldest first.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = edits_args,
	    .args_size = sizeof(struct edits_args),
	    .handle = edits,
	},
	WEB_ROUTES_END,
};
