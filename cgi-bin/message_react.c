/* Reacting to messages, and who did. */
#include "message.h"

#include <inttypes.h>

#include "args.h"
#include "base/crypto.h"
#include "base/unicode.h"
#include "im/conv/history.h"
#include "im/conv/message_react.h"
#include "message_act.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/entry_body.h"
#include "view/people.h"

static int check_emoji(struct web_request *rq, struct str text,
    struct error *err)
{
	if (unicode_emoji(rq->arena, text).p)
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT, "emoji", "not one emoji");
}

/* ---- message.react, message.unreact ---- */

struct react_args {
	int64_t msg_id;
	struct str emoji;
};

static const struct web_arg react_args[] = { ARG_MSG_ID(struct react_args),
	ARG(WEB_PATH, WEB_STR, "emoji", struct react_args, emoji, .min = 1,
	    .max = REACTION_EMOJI_MAX, .flags = WEB_REQUIRED,
	    .text = "One emoji; U+FE0F in it makes no difference."),
	WEB_ARGS_END };

static int react(struct web_request *rq, bool on, struct error *err)
{
	const struct react_args *in = rq->args;
	const struct act_by by = message_act_by(rq, in->msg_id);
	struct act_result r;

	if (check_emoji(rq, in->emoji, err) < 0 ||
	    message_react(service_of(rq)->db, rq->arena, &by, in->emoji, on,
		entry_body_reaction, &r, err) < 0)
		return -1;
	message_act_done(rq, &r);
	web_no_content(rq);
	return 0;
}

static int put(struct web_request *rq, struct error *err)
{
	return react(rq, true, err);
}

static int drop(struct web_request *rq, struct error *err)
{
	return react(rq, false, err);
}

/* ---- message.reactions ---- */

struct reactions_args {
	int64_t msg_id, limit;
	struct str emoji, cursor;
	bool users;
};

static const struct web_arg reactions_args[] = {
	ARG_MSG_ID(struct reactions_args), ARG_LIMIT(struct reactions_args),
	ARG(WEB_QUERY, WEB_STR, "emoji", struct reactions_args, emoji, .min = 1,
	    .max = REACTION_EMOJI_MAX, .text = "Only reactions with this one."),
	ARG(WEB_QUERY, WEB_STR, "cursor", struct reactions_args, cursor,
	    .min = 1, .max = 200, .text = "`next` of the previous page."),
	ARG_USERS(struct reactions_args), WEB_ARGS_END
};

/* Below everything, or the last one of the page before. */
static int read_cursor(struct arena *a, struct str cursor, struct reaction *out,
    struct error *err)
{
	struct str text;

	*out = (struct reaction){ .emoji = STR("") };
	if (!cursor.p)
		return 0;
	text = crypto_base64url_decode(a, cursor);
	if (str_to_id(str_cut(&text, '.'), &out->user_id) &&
	    text.len <= REACTION_EMOJI_MAX) {
		out->emoji = text;
		return 0;
	}
	return err_field(err, ERR_INVALID_ARGUMENT, "cursor",
	    "not a cursor of this list");
}

static struct str cursor_of(struct arena *a, const struct reaction *r)
{
	struct str text = arena_printf(a, "%" PRId64 ".%.*s", r->user_id,
	    STR_ARG(r->emoji));

	return crypto_base64url(a, text.p, text.len);
}

static void put_reaction(struct json_writer *w, const struct reaction *r)
{
	json_begin(w);
	json_put_str(w, "emoji", r->emoji);
	json_put_id(w, "user_id", r->user_id);
	json_put_int(w, "at", r->at_ms);
	json_end(w);
}

static int reactions(struct web_request *rq, struct error *err)
{
	const struct reactions_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct reaction after, *rows;
	size_t n, shown;
	struct entry e;
	int64_t floor;

	if ((in->emoji.p && check_emoji(rq, in->emoji, err) < 0) ||
	    read_cursor(rq->arena, in->cursor, &after, err) < 0 ||
	    history_get(s->db, rq->arena, rq->caller.app_id, rq->caller.user_id,
		in->msg_id, &e, &floor, err) < 0)
		return -1;
	if (e.kind != ENTRY_MESSAGE)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	if (message_reactions(s->db, rq->arena, &e, in->emoji, &after,
		in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++) {
		put_reaction(w, &rows[i]);
		people_add(people, rows[i].user_id);
	}
	json_end_list(w);
	if (n > shown)
		json_put_str(w, "next", cursor_of(rq->arena, &rows[shown - 1]));
	else
		json_put_null(w, "next");
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

const struct web_route message_react_routes[] = {
	{
	    .method = "PUT",
	    .path = "/v1/messages/{msg_id}/reactions/{emoji}",
	    .name = "message.react",
	    .summary = "React to a message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = react_args,
	    .args_size = sizeof(struct react_args),
	    .handle = put,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/messages/{msg_id}/reactions/{emoji}",
	    .name = "message.unreact",
	    .summary = "Take a reaction back.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = react_args,
	    .args_size = sizeof(struct react_args),
	    .handle = drop,
	},
	{
	    .method = "GET",
	    .path = "/v1/messages/{msg_id}/reactions",
	    .name = "message.reactions",
	    .summary = "Who reacted to a message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = reactions_args,
	    .args_size = sizeof(struct reactions_args),
	    .handle = reactions,
	},
	WEB_ROUTES_END,
};
