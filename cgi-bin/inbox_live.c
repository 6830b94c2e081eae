/*
 * Requests that im-live makes for its connections; not open to clients.
 *
 * Heads: for (user, session) pairs the newest user_index, the total unread
 * count and whether the session has ended.  They are the heartbeat that reveals
 * lost bus frames.  A pair with `large`, the sum (base/head_sum.h) of what
 * im-live knows of the user's chats in mode pull, gets where their logs are if
 * that is something else.  The badge has read that already.
 *
 * Acks: what the devices of many users have stored, in one transaction.
 */
#include "inbox.h"

#include "args.h"
#include "base/head_sum.h"
#include "im/user/badge.h"
#include "im/user/mark_ack.h"
#include "im/user/session.h"
#include "io/db_clock.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/chatlist.h"
#include "view/publish.h"

#define ITEMS_MAX 500
/* Chats in an answer, except of the first user; those of the others are told
 * with a later heartbeat. */
#define LARGE_MAX 20000

struct items_args {
	json_t *items;
};

/* ---- inbox.live_heads ---- */

static const struct web_arg heads_args[] = {
	ARG(WEB_BODY, WEB_VALUE, "items", struct items_args, items,
	    .flags = WEB_REQUIRED, .text = "Users and their sessions."),
	WEB_ARGS_END
};

struct heads {
	size_t n;
	int64_t *users, *sessions; /* in the order of the request */
	int64_t *sums;             /* -1: not asked for */
	size_t n_large;            /* told so far */
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
	if (!json_is_array(items) || h->n > ITEMS_MAX)
		return err_field(err, ERR_INVALID_ARGUMENT, "items",
		    "a list of at most %d", ITEMS_MAX);
	h->users = ARENA_ARRAY(rq->arena, h->n, int64_t);
	h->sessions = ARENA_ARRAY(rq->arena, h->n, int64_t);
	h->sums = ARENA_ARRAY(rq->arena, h->n, int64_t);
	json_array_foreach(items, i, item)
	{
		h->users[i] = json_get_id(item, "user_id");
		h->sessions[i] = json_get_id(item, "session_id");
		h->sums[i] = json_get_int(item, "large", -1);
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

static void put_large(struct json_writer *w, struct heads *h, size_t i,
    const struct chat_heads *large)
{
	int64_t sum = 0;

	for (size_t k = 0; k < large->n; k++)
		sum = head_sum_add(sum, large->list[k].conv_id,
		    large->list[k].last_index);
	if (h->sums[i] < 0 || h->sums[i] == sum ||
	    (h->n_large && h->n_large + large->n > LARGE_MAX))
		return;
	h->n_large += large->n;
	chatlist_large(large, w);
}

static int put_item(struct web_request *rq, struct heads *h, size_t i,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;
	const struct inbox_seq *seq = seq_of(h, h->users[i]);
	const struct session *row = row_of(h, h->sessions[i]);
	const char *ended = ended_of(row, db_clock_ms(s->db));
	struct chat_heads large = { 0 };
	int64_t total = 0;

	if (!seq)
		ended = session_end_name(SESSION_LOGGED_OUT);
	else if (badge_total_heads(s->db, s->cache, rq->arena, seq->user_id,
		     seq->last_index, &total, &large, err) < 0)
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
	if (!ended)
		put_large(w, h, i, &large);
	json_end(w);
	return 0;
}

static int inbox_live_heads(struct web_request *rq, struct error *err)
{
	const struct items_args *in = rq->args;
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

/* ---- inbox.live_acks ---- */

static const struct web_arg acks_args[] = {
	ARG(WEB_BODY, WEB_VALUE, "items", struct items_args, items,
	    .flags = WEB_REQUIRED,
	    .text = "Users, and up to which index they have stored."),
	WEB_ARGS_END
};

static int read_acks(struct web_request *rq, const json_t *items,
    struct mark_acked **out, size_t *n_out, struct error *err)
{
	const json_t *item;
	size_t i, n = json_array_size(items);

	if (!json_is_array(items) || n == 0 || n > ITEMS_MAX)
		return err_field(err, ERR_INVALID_ARGUMENT, "items",
		    "a list of 1 to %d", ITEMS_MAX);
	*out = ARENA_ARRAY(rq->arena, n, struct mark_acked);
	*n_out = n;
	json_array_foreach(items, i, item)
	{
		struct mark_acked *m = &(*out)[i];

		m->user_id = json_get_id(item, "user_id");
		m->user_index = json_get_int(item, "user_index", -1);
		if (m->user_id == 0 || m->user_index < 0)
			return err_field(err, ERR_INVALID_ARGUMENT, "items",
			    "pairs of user_id and user_index");
	}
	return 0;
}

static int take_acks(const struct publisher *p, struct mark_acked *list,
    size_t n, struct error *err)
{
	struct mark *marks;
	size_t n_marks;
	int rc;

	if (n == 1)
		rc = mark_ack(p->db, p->a, list->user_id, list->user_index,
		    &marks, &n_marks, err);
	else
		rc = mark_acks(p->db, p->a, list, n, &marks, &n_marks, err);
	if (rc == 0)
		publish_delivered(p, marks, n_marks);
	return rc;
}

static void put_places(struct json_writer *w, const char *name,
    const struct mark_acked *list, size_t n, bool alone)
{
	json_key(w, name);
	json_begin_list(w);
	for (size_t i = 0; i < n; i++)
		if (list[i].left && list[i].alone == alone)
			json_int(w, (int64_t)i);
	json_end_list(w);
}

/* left: the places of those that have to be sent again; alone: of those that
 * have to be sent again each in a request of its own. */
static int inbox_live_acks(struct web_request *rq, struct error *err)
{
	const struct items_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	struct mark_acked *list = NULL;
	size_t n = 0;

	if (read_acks(rq, in->items, &list, &n, err) < 0 ||
	    take_acks(&p, list, n, err) < 0)
		return -1;
	json_begin(rq->out);
	put_places(rq->out, "left", list, n, false);
	put_places(rq->out, "alone", list, n, true);
	json_end(rq->out);
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
	    .args_size = sizeof(struct items_args),
	    .handle = inbox_live_heads,
	},
	{
	    .method = "POST",
	    .path = "/internal/live/acks",
	    .name = "inbox.live_acks",
	    .summary = "What devices have stored.",
	    .auth = WEB_AUTH_NONE,
	    .flags = WEB_INTERNAL | WEB_QUIET,
	    .args = acks_args,
	    .args_size = sizeof(struct items_args),
	    .handle = inbox_live_acks,
	},
	WEB_ROUTES_END,
};
