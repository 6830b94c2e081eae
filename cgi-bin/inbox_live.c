/*
 * Requests that im-live makes for its connections; not open to clients.
 *
 * Heads: for (user, session) pairs the newest user_index, the total unread
 * count and whether the session has ended.  They are the heartbeat that reveals
 * lost bus frames.
 */
#include "inbox.h"

#include "args.h"
#include "im/user/mark_ack.h"
#include "im/user/session.h"
#include "io/db_clock.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/publish.h"

#define HEADS_MAX 500

/* ---- inbox.live_heads ---- */

struct heads_args {
	json_t *items;
};

static const struct web_arg heads_args[] = {
	ARG(WEB_BODY, WEB_VALUE, "items", struct heads_args, items,
	    .flags = WEB_REQUIRED, .text = "Users and their sessions."),
	WEB_ARGS_END
};

struct heads {
	size_t n;
	int64_t *users, *sessions; /* in the order of the request */
	struct inbox_seq *seqs;
	size_t n_seqs;
	struct session *rows;
	size_t n_rows;
};

static int read_items(struct web_request *rq, const json_t *items,
    struct heads *h, struct error *err)
{
	const json_t *item;
	size_t i;

	h->n = json_array_size(items);
	if (!json_is_array(items) || h->n > HEADS_MAX)
		return err_field(err, ERR_INVALID_ARGUMENT, "items",
		    "a list of at most %d", HEADS_MAX);
	h->users = ARENA_ARRAY(rq->arena, h->n, int64_t);
	h->sessions = ARENA_ARRAY(rq->arena, h->n, int64_t);
	json_array_foreach(items, i, item)
	{
		h->users[i] = json_get_id(item, "user_id");
		h->sessions[i] = json_get_id(item, "session_id");
		if (h->users[i] == 0 || h->sessions[i] == 0)
			return err_field(err, ERR_INVALID_ARGUMENT, "items",
			    "pairs of user_id and session_id");
	}
	return 0;
}

static const struct inbox_seq *seq_of(const struct heads *h, int64_t user_id)
{
	size_t i;

	for (i = 0; i < h->n_seqs; i++)
		if (h->seqs[i].user_id == user_id)
			return &h->seqs[i];
	return NULL;
}

static const struct session *row_of(const struct heads *h, int64_t session_id)
{
	size_t i;

	for (i = 0; i < h->n_rows; i++)
		if (h->rows[i].session_id == session_id)
			return &h->rows[i];
	return NULL;
}

/* Why the session has ended; NULL: it is active. */
static const char *ended_of(const struct session *s, int64_t now_ms)
{
	int64_t reason = s ? session_state(s, now_ms) : SESSION_LOGGED_OUT;

	return reason == 0 ? NULL : session_end_name(reason);
}

static int put_item(struct web_request *rq, const struct heads *h, size_t i,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;
	const struct inbox_seq *seq = seq_of(h, h->users[i]);
	const struct session *row = row_of(h, h->sessions[i]);
	const char *ended = ended_of(row, db_clock_ms(s->db));
	int64_t total = 0;

	if (!seq)
		ended = session_end_name(SESSION_LOGGED_OUT);
	else if (inbox_total_unread(s->db, s->cache, rq->arena, seq->user_id,
		     seq->last_index, &total, err) < 0)
		return -1;
	json_begin(w);
	json_put_id(w, "user_id", h->users[i]);
	json_put_id(w, "session_id", h->sessions[i]);
	json_put_int(w, "user_index", seq ? seq->last_index : 0);
	json_put_int(w, "total_unread", total);
	if (ended)
		json_put_cstr(w, "ended", ended);
	else if (row)
		json_put_int(w, "expires_at", row->expires_ms);
	json_end(w);
	return 0;
}

static int inbox_live_heads(struct web_request *rq, struct error *err)
{
	const struct heads_args *in = rq->args;
	struct service *s = service_of(rq);
	struct heads h = { .n = 0 };
	size_t i;

	if (read_items(rq, in->items, &h, err) < 0 ||
	    inbox_seqs_get(s->db, rq->arena, h.users, h.n, &h.seqs, &h.n_seqs,
		err) < 0 ||
	    session_load(s->db, rq->arena, h.sessions, h.n, &h.rows, &h.n_rows,
		err) < 0)
		return -1;
	json_begin(rq->out);
	json_put_int(rq->out, "now", db_clock_ms(s->db));
	json_key(rq->out, "items");
	json_begin_list(rq->out);
	for (i = 0; i < h.n; i++)
		if (put_item(rq, &h, i, err) < 0)
			return -1;
	json_end_list(rq->out);
	json_end(rq->out);
	return 0;
}

/* ---- inbox.live_ack ---- */

struct ack_args {
	int64_t user_index;
};

static const struct web_arg ack_args[] = {
	ARG(WEB_BODY, WEB_INT, "user_index", struct ack_args, user_index,
	    .min = 0, .max = INDEX_MAX, .flags = WEB_REQUIRED,
	    .text = "Stored up to here."),
	WEB_ARGS_END
};

static int inbox_live_ack(struct web_request *rq, struct error *err)
{
	const struct ack_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct mark *marks;
	size_t n, i;

	if (mark_ack(p.db, rq->arena, rq->caller.user_id, in->user_index,
		&marks, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		publish_delivered(&p, &marks[i]);
	web_no_content(rq);
	return 0;
}

const struct web_route inbox_live_routes[] = {
	{
	    .method = "POST",
	    .path = "/internal/live/heads",
	    .name = "inbox.live_heads",
	    .summary = "Heads for heartbeats.",
	    .auth = WEB_AUTH_NONE,
	    .flags = WEB_INTERNAL | WEB_QUIET,
	    .args = heads_args,
	    .args_size = sizeof(struct heads_args),
	    .handle = inbox_live_heads,
	},
	{
	    .method = "POST",
	    .path = "/internal/live/ack",
	    .name = "inbox.live_ack",
	    .summary = "What a device has stored.",
	    .auth = WEB_AUTH_USER,
	    .flags = WEB_INTERNAL | WEB_QUIET,
	    .args = ack_args,
	    .args_size = sizeof(struct ack_args),
	    .handle = inbox_live_ack,
	},
	WEB_ROUTES_END,
};
