/* Stars: messages that the caller has marked for themselves. */
#include "message.h"

#include <inttypes.h>

#include "args.h"
#include "im/conv/history.h"
#include "im/conv/sight.h"
#include "im/user/star.h"
#include "message_act.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/people.h"
#include "view/shown.h"
#include "view/view.h"

/* ---- message.star, message.unstar ---- */

struct star_args {
	int64_t msg_id;
};

static const struct web_arg star_args[] = { ARG_MSG_ID(struct star_args),
	WEB_ARGS_END };

static int change(struct web_request *rq, bool on, struct error *err)
{
	const struct star_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct inbox_row event;
	struct reader r;
	struct entry e;
	struct star s;

	if (message_act_get(rq, in->msg_id, &e, &r, err) < 0)
		return -1;
	if (on && sight_of(&e, 0) == SIGHT_RECALLED)
		return err_set(err, ERR_GONE, "the message was recalled");
	s = (struct star){
		.user_id = rq->caller.user_id,
		.msg_id = e.msg_id,
		.conv_id = e.conv_id,
		.conv_index = e.conv_index,
	};
	if (star_put(p.db, rq->arena, &s, on, &event, err) < 0)
		return -1;
	publish_own(&p, &event);
	web_no_content(rq);
	return 0;
}

static int put(struct web_request *rq, struct error *err)
{
	return change(rq, true, err);
}

static int drop(struct web_request *rq, struct error *err)
{
	return change(rq, false, err);
}

/* ---- message.starred ---- */

struct list_args {
	int64_t limit;
	struct str cursor;
	bool users;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_STR, "cursor", struct list_args, cursor, .min = 1,
	    .max = 64, .text = "`next` of the previous page."),
	ARG_USERS(struct list_args), WEB_ARGS_END };

static int read_cursor(struct str cursor, struct star_place *out,
    struct error *err)
{
	*out = (struct star_place){ INT64_MAX, INT64_MAX };
	if (!cursor.p ||
	    message_act_cursor(cursor, &out->starred_ms, &out->msg_id))
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT, "cursor",
	    "not a cursor of this list");
}

static int put_items(struct web_request *rq, const struct star *stars, size_t n,
    struct people *people, struct error *err)
{
	struct db *db = service_of(rq)->db;
	struct shown_for to = { .user_id = rq->caller.user_id };
	struct entry_ref *refs = ARENA_ARRAY(rq->arena, n, struct entry_ref);
	struct entry *entries = ARENA_ARRAY(rq->arena, n, struct entry);
	int64_t *floors = ARENA_ARRAY(rq->arena, n, int64_t);

	for (size_t i = 0; i < n; i++)
		refs[i] = (struct entry_ref){ stars[i].conv_id,
			stars[i].conv_index };
	if (history_load(db, rq->arena, rq->caller.app_id, to.user_id, refs, n,
		entries, floors, &to.hides, err) < 0 ||
	    shown_load(db, rq->arena, &to, entries, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (entries[i].msg_id == 0 ||
		    sight_of(&entries[i], floors[i]) != SIGHT_WHOLE)
			continue;
		json_begin(rq->out);
		json_key(rq->out, "entry");
		view_entry(rq->out, &entries[i], floors[i]);
		json_put_int(rq->out, "starred_at", stars[i].starred_ms);
		json_end(rq->out);
		people_add_entry(people, &entries[i]);
	}
	return 0;
}

static int starred(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct star_place after;
	struct star *rows;
	size_t n, shown;

	if (read_cursor(in->cursor, &after, err) < 0 ||
	    star_list(s->db, rq->arena, rq->caller.user_id, &after,
		in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	if (put_items(rq, rows, shown, people, err) < 0)
		return -1;
	json_end_list(w);
	if (n > shown)
		json_put_str(w, "next",
		    arena_printf(rq->arena, "%" PRId64 ".%" PRId64,
			rows[shown - 1].starred_ms, rows[shown - 1].msg_id));
	else
		json_put_null(w, "next");
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

const struct web_route message_star_routes[] = {
	{
	    .method = "PUT",
	    .path = "/v1/messages/{msg_id}/star",
	    .name = "message.star",
	    .summary = "Star a message, for oneself.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = star_args,
	    .args_size = sizeof(struct star_args),
	    .handle = put,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/messages/{msg_id}/star",
	    .name = "message.unstar",
	    .summary = "Take a star away.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = star_args,
	    .args_size = sizeof(struct star_args),
	    .handle = drop,
	},
	{
	    .method = "GET",
	    .path = "/v1/starred",
	    .name = "message.starred",
	    .summary = "The caller's starred messages, newest star first.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = starred,
	},
	WEB_ROUTES_END,
};
