/* Pinning messages, and the pins of a conversation. */
#include "message.h"

#include <inttypes.h>

#include "args.h"
#include "im/conv/message_pin.h"
#include "im/conv/reader.h"
#include "im/conv/sight.h"
#include "message_act.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/people.h"
#include "view/shown.h"
#include "view/view.h"

/* ---- message.pin, message.unpin ---- */

struct pin_args {
	int64_t conv_id, msg_id;
};

static const struct web_arg pin_args[] = { ARG_CONV_ID(struct pin_args),
	ARG_MSG_ID(struct pin_args), WEB_ARGS_END };

static int pin(struct web_request *rq, bool on, struct error *err)
{
	const struct pin_args *in = rq->args;
	struct act_by by = message_act_by(rq, in->msg_id);
	struct act_result r;

	by.conv_id = in->conv_id;
	if (message_pin(service_of(rq)->db, rq->arena, &by, on, &r, err) < 0)
		return -1;
	message_act_done(rq, &r);
	web_no_content(rq);
	return 0;
}

static int put(struct web_request *rq, struct error *err)
{
	return pin(rq, true, err);
}

static int drop(struct web_request *rq, struct error *err)
{
	return pin(rq, false, err);
}

/* ---- message.pins ---- */

struct pins_args {
	int64_t conv_id, limit, cursor;
	bool users;
};

static const struct web_arg pins_args[] = { ARG_CONV_ID(struct pins_args),
	ARG_LIMIT(struct pins_args),
	ARG(WEB_QUERY, WEB_INT, "cursor", struct pins_args, cursor, .min = 1,
	    .max = INDEX_MAX, .def = INDEX_MAX,
	    .text = "`next` of the previous page."),
	ARG_USERS(struct pins_args), WEB_ARGS_END };

static int load_entries(struct web_request *rq, const struct reader *r,
    const struct pin *pins, size_t n, struct entry **out, struct error *err)
{
	const struct shown_for to = { .user_id = rq->caller.user_id,
		.hides = r->has_hidden != 0 };
	struct entry_ref *refs = ARENA_ARRAY(rq->arena, n, struct entry_ref);
	struct db *db = service_of(rq)->db;

	*out = ARENA_ARRAY(rq->arena, n, struct entry);
	for (size_t i = 0; i < n; i++)
		refs[i] = (struct entry_ref){ pins[i].conv_id,
			pins[i].conv_index };
	if (entry_load(db, rq->arena, refs, n, *out, err) < 0)
		return -1;
	return shown_load(db, rq->arena, &to, *out, n, err);
}

static void put_pin(struct json_writer *w, const struct pin *p,
    const struct entry *e, int64_t floor, struct people *people)
{
	/* One that was recalled since the pins were read is no pin. */
	if (e->msg_id == 0 || sight_of(e, floor) != SIGHT_WHOLE)
		return;
	json_begin(w);
	json_key(w, "entry");
	view_entry(w, e, floor);
	json_put_id(w, "pinned_by", p->pinned_by);
	json_put_int(w, "pinned_at", p->pinned_ms);
	json_end(w);
	people_add_entry(people, e);
	people_add(people, p->pinned_by);
}

static int pins(struct web_request *rq, struct error *err)
{
	const struct pins_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	const struct reader_key key = { rq->caller.app_id, in->conv_id,
		rq->caller.user_id };
	struct entry *entries;
	struct pin *rows;
	struct reader r;
	size_t n, shown;

	if (reader_read(s->db, rq->arena, &key, &r, err) < 0 ||
	    message_pins(s->db, rq->arena, in->conv_id, r.floor, in->cursor,
		in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	if (load_entries(rq, &r, rows, shown, &entries, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++)
		put_pin(w, &rows[i], &entries[i], r.floor, people);
	json_end_list(w);
	if (n > shown)
		json_put_str(w, "next",
		    arena_printf(rq->arena, "%" PRId64,
			rows[shown - 1].pin_index));
	else
		json_put_null(w, "next");
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

const struct web_route message_pin_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/conversations/{id}/pins",
	    .name = "message.pins",
	    .summary = "The pinned messages, newest pin first.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = pins_args,
	    .args_size = sizeof(struct pins_args),
	    .handle = pins,
	},
	{
	    .method = "PUT",
	    .path = "/v1/conversations/{id}/pins/{msg_id}",
	    .name = "message.pin",
	    .summary = "Pin a message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = pin_args,
	    .args_size = sizeof(struct pin_args),
	    .handle = put,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/conversations/{id}/pins/{msg_id}",
	    .name = "message.unpin",
	    .summary = "Unpin a message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = pin_args,
	    .args_size = sizeof(struct pin_args),
	    .handle = drop,
	},
	WEB_ROUTES_END,
};
