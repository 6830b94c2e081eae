/* What became of a message. */
#include "admin.h"

#include "args.h"
#include "base/id.h"
#include "im/consumer/trace.h"
#include "im/site/conv_mode.h"
#include "io/json_writer.h"
#include "io/presence.h"
#include "service.h"

struct trace_args {
	int64_t msg_id, limit;
};

static const struct web_arg trace_args[] = {
	ARG(WEB_PATH, WEB_ID, "msg_id", struct trace_args, msg_id,
	    .flags = WEB_REQUIRED,
	    .text = "The message; 404 unless it is one of the app."),
	ARG(WEB_QUERY, WEB_INT, "limit", struct trace_args, limit, .min = 0,
	    .max = TRACE_LIMIT_MAX, .def = 20,
	    .text = "How many members are listed."),
	WEB_ARGS_END
};

static const char *state_of(const struct entry *e)
{
	if (e->state == ENTRY_RECALLED)
		return "recalled";
	return e->state == ENTRY_GONE || entry_is_expired(e)
		   ? "expired"
		   : "sent";
}

static void put_word(struct json_writer *w, const char *name, const char *words,
    int64_t number)
{
	json_put_str(w, name, str_word(words, number));
}

static void put_entry(struct json_writer *w, const struct entry *e)
{
	json_put_id(w, "msg_id", e->msg_id);
	json_put_id(w, "conv_id", e->conv_id);
	json_put_int(w, "conv_index", e->conv_index);
	json_put_cstr(w, "kind", entry_kind_name(e->kind));
	if (e->type)
		put_word(w, "type", MESSAGE_TYPES, e->type);
	if (e->sender_id)
		json_put_id(w, "sender_id", e->sender_id);
	if (e->client_msg_id.p)
		json_put_str(w, "client_msg_id", e->client_msg_id);
	json_put_cstr(w, "state", state_of(e));
	json_put_int(w, "accepted_at", id_time_ms(e->msg_id));
	json_put_int(w, "committed_at", e->sent_ms);
	if (e->edited_ms)
		json_put_int(w, "edited_at", e->edited_ms);
	if (e->expires_ms)
		json_put_int(w, "expires_at", e->expires_ms);
}

static void put_fanout(struct json_writer *w, const struct trace *t)
{
	json_key(w, "fanout");
	json_begin(w);
	put_word(w, "mode", CONV_MODES, t->mode);
	put_word(w, "state", TRACE_STATES, t->state);
	json_put_int(w, "member_count", t->members);
	json_put_int(w, "served_count", t->served);
	if (t->since_ms)
		json_put_int(w, "waiting_since", t->since_ms);
	if (t->parked_ms) {
		json_put_int(w, "parked_at", t->parked_ms);
		json_put_str(w, "reason", t->reason);
	}
	json_end(w);
}

static void put_member(struct json_writer *w, const struct trace *t,
    const struct trace_member *m, const struct presence *p)
{
	struct str rest = p->platforms;

	json_begin(w);
	json_put_id(w, "user_id", m->user_id);
	json_put_bool(w, "is_member", m->left_index == 0);
	json_put_bool(w, "served", m->is_served);
	if (m->user_index) {
		json_put_int(w, "user_index", m->user_index);
		json_put_bool(w, "acked", m->acked_index >= m->user_index);
	}
	json_put_cstr(w, "presence", presence_name(p->state));
	json_key(w, "platforms");
	json_begin_list(w);
	while (rest.p && rest.len)
		json_str(w, str_cut(&rest, ','));
	json_end_list(w);
	json_put_bool(w, "delivered", m->delivered_index >= t->e.conv_index);
	if (m->read_receipts)
		json_put_bool(w, "read", m->read_index >= t->e.conv_index);
	json_end(w);
}

static void put_members(struct web_request *rq, const struct trace *t)
{
	struct json_writer *w = rq->out;
	struct presence *live = ARENA_ARRAY(rq->arena, t->n_items + 1,
	    struct presence);

	for (size_t i = 0; i < t->n_items; i++)
		live[i].user_id = t->items[i].user_id;
	/* A hint: without memcached everybody is offline. */
	(void)presence_get(service_of(rq)->cache, rq->arena, live, t->n_items);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < t->n_items; i++)
		put_member(w, t, &t->items[i], &live[i]);
	json_end_list(w);
}

static int trace(struct web_request *rq, struct error *err)
{
	const struct trace_args *in = rq->args;
	struct json_writer *w = rq->out;
	struct trace t;
	int found = trace_message(service_of(rq)->db, rq->arena,
	    rq->caller.app_id, in->msg_id, in->limit, &t, err);

	if (!found)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	if (found < 0)
		return -1;
	json_begin(w);
	put_entry(w, &t.e);
	put_fanout(w, &t);
	json_key(w, "receipts");
	json_begin(w);
	json_put_int(w, "delivered_count", t.receipts.delivered);
	json_put_int(w, "read_count", t.receipts.read);
	json_end(w);
	put_members(rq, &t);
	json_end(w);
	return 0;
}

const struct web_route admin_trace_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/admin/trace/{msg_id}",
	    .name = "trace.show",
	    .summary = "What became of a message.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = trace_args,
	    .args_size = sizeof(struct trace_args),
	    .handle = trace,
	},
	WEB_ROUTES_END,
};
