/* Who has read or received a message. */
#include "conversation.h"

#include "args.h"
#include "im/conv/entry.h"
#include "im/conv/receipt.h"
#include "im/conv/right.h"
#include "im/user/personal.h"
#include "im/user/privacy.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/people.h"

struct receipts_args {
	int64_t conv_id, conv_index, state, limit, cursor;
	bool users;
};

static const struct web_arg receipts_args[] = {
	ARG_CONV_ID(struct receipts_args),
	ARG(WEB_QUERY, WEB_INT, "conv_index", struct receipts_args, conv_index,
	    .min = 1, .max = INDEX_MAX, .flags = WEB_REQUIRED,
	    .text = "The message; 404 where the caller may not see it."),
	ARG(WEB_QUERY, WEB_ENUM, "state", struct receipts_args, state,
	    .set = RECEIPT_STATES, .def = RECEIPT_READ,
	    .text = "Who is listed; `delivered`: read or not."),
	ARG_LIMIT(struct receipts_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct receipts_args, cursor,
	    .text = "`next` of the previous page."),
	ARG_USERS(struct receipts_args), WEB_ARGS_END
};

struct receipts {
	struct conv conv;
	struct receipt_counts counts;
	struct receipt *items; /* one more than the page, if there is one */
	size_t n;
};

/* The sender of an entry that the caller may see. */
static int find_sender(struct web_request *rq, const struct conv *c,
    const struct member *me, int64_t *sender_out, struct error *err)
{
	const struct receipts_args *in = rq->args;
	struct db *db = service_of(rq)->db;
	const struct entry_ref ref = { in->conv_id, in->conv_index };
	struct personal own;
	struct entry e;

	if (personal_find(db, rq->arena, rq->caller.user_id, in->conv_id, &own,
		err) < 0 ||
	    entry_load(db, rq->arena, &ref, 1, &e, err) < 0)
		return -1;
	if (!e.msg_id ||
	    e.conv_index < personal_floor(&own, right_floor(c, me)))
		return err_set(err, ERR_NOT_FOUND, "no such message");
	*sender_out = e.sender_id;
	return 0;
}

static int load(struct web_request *rq, struct receipts *r, struct error *err)
{
	const struct receipts_args *in = rq->args;
	struct db *db = service_of(rq)->db;
	struct receipt_query q = {
		.conv_id = in->conv_id,
		.conv_index = in->conv_index,
		.after_user_id = in->cursor,
		.limit = in->limit + 1,
	};
	struct member me;
	int64_t *none;
	size_t n;
	bool gives;

	if (member_get(db, rq->arena, rq->caller.app_id, in->conv_id,
		rq->caller.user_id, &r->conv, &me, err) < 0 ||
	    find_sender(rq, &r->conv, &me, &q.sender_id, err) < 0 ||
	    privacy_readers(db, rq->arena, rq->caller.user_id, NULL, 0, &none,
		&n, &gives, err) < 0)
		return -1;
	if (!gives)
		return 0;
	if (receipt_count(db, rq->arena, &q, &r->counts, err) < 0)
		return -1;
	return receipt_list(db, rq->arena, (enum receipt_state)in->state, &q,
	    &r->items, &r->n, err);
}

static int conversation_receipts(struct web_request *rq, struct error *err)
{
	const struct receipts_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct receipts r = { .n = 0 };
	size_t shown;

	if (load(rq, &r, err) < 0)
		return -1;
	shown = r.n > (size_t)in->limit ? (size_t)in->limit : r.n;
	json_begin(w);
	json_put_int(w, "read_count", r.counts.read);
	json_put_int(w, "delivered_count", r.counts.delivered);
	json_put_int(w, "member_count", r.conv.member_count);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++) {
		json_begin(w);
		json_put_id(w, "user_id", r.items[i].user_id);
		json_put_int(w, "read_index", r.items[i].read_index);
		json_end(w);
		people_add(people, r.items[i].user_id);
	}
	json_end_list(w);
	if (r.n > shown)
		json_put_id(w, "next", r.items[shown - 1].user_id);
	else
		json_put_null(w, "next");
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

const struct web_route conversation_receipt_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/conversations/{id}/receipts",
	    .name = "conversation.receipts",
	    .summary = "Who has read or received a message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = receipts_args,
	    .args_size = sizeof(struct receipts_args),
	    .handle = conversation_receipts,
	},
	WEB_ROUTES_END,
};
