#include "message_compose.h"

#include <inttypes.h>

#include "base/log.h"
#include "im/conv/append_check.h"
#include "im/conv/burn.h"
#include "im/site/node.h"
#include "io/bus_wake.h"
#include "io/db_clock.h"
#include "message_time.h"
#include "service.h"
#include "view/compose.h"
#include "view/publish.h"
#include "view/quote.h"
#include "view/shown.h"

/* ---- what it carries ---- */

static int bad(struct error *err, const char *field, const char *what)
{
	return err_field(err, ERR_INVALID_ARGUMENT, field, "%s", what);
}

static int check_shape(const struct message_args *in, const struct compose *c,
    struct error *err)
{
	const bool carries = compose_carries(c);
	const bool is_forward = carries && compose_is_merged(c);

	if (in->title.p && !is_forward)
		return bad(err, "title", "only a merged forward has a title");
	if (in->merge && !is_forward)
		return bad(err, "merge",
		    "needs forward_of, and neither type nor content");
	if (carries)
		return 0;
	if (!in->type)
		return bad(err, "type", "is required");
	if (in->type == MESSAGE_FORWARD)
		return bad(err, "type",
		    "made of several messages, or with merge");
	if (!in->content)
		return bad(err, "content", "is required");
	if (content_type_check(in->type, err) < 0)
		return -1;
	return content_check(in->type, in->content, err);
}

static int check_flags(struct message_draft *d, struct compose *c,
    struct error *err)
{
	if (content_flags(d->in->flags, &c->flags, &d->is_ephemeral, err) < 0)
		return -1;
	if (d->is_ephemeral && d->in->send_at)
		return bad(err, "send_at",
		    "an ephemeral message is sent at once");
	return 0;
}

/* For a repeat it may be too late: the append decides. */
static bool is_left_to_append(const struct error *err)
{
	return err->code == ERR_INVALID_ARGUMENT || err->code == ERR_TOO_LARGE;
}

static int check_time(struct message_draft *d, struct error *err)
{
	return d->in->send_at ? message_check_ahead(service_of(d->rq)->db,
				    "send_at", d->in->send_at, err)
			      : 0;
}

static int make(struct message_draft *d, const struct compose *c,
    struct error *err)
{
	struct service *s = service_of(d->rq);

	if (compose_message(s->db, s->cache, d->rq->arena, c, &d->ar, &d->reply,
		err) < 0)
		return -1;
	return check_time(d, err);
}

int message_compose(struct web_request *rq, const struct message_args *in,
    const json_t *body, struct str key, struct message_draft *d,
    struct error *err)
{
	struct append_request *ar = &d->ar;
	struct compose c = {
		.app_id = rq->caller.app_id,
		.sender_id = rq->caller.user_id,
		.conv_id = in->conv_id,
		.request = body,
		.type = in->type,
		.mentions = in->mentions.v,
		.n_mentions = in->mentions.n,
		.mention_all = in->mention_all,
		.reply_to = in->reply_to,
		.forward_of = in->forward_of.v,
		.n_forward_of = in->forward_of.n,
		.merge = in->merge,
		.title = in->title,
		.lasts_s = in->expires_in_s,
		.burn_s = in->expires_after_read_s,
	};

	*d = (struct message_draft){ .in = in, .rq = rq, .body = body };
	if (check_shape(in, &c, err) < 0 || check_flags(d, &c, err) < 0 ||
	    node_next_id(service_of(rq)->db, &ar->msg_id, err) < 0)
		return -1;
	if (make(d, &c, &d->refused) < 0) {
		if (!is_left_to_append(&d->refused)) {
			*err = d->refused;
			return -1;
		}
		ar->refused = &d->refused;
	}
	if (web_rate(rq, WEB_RATE_SEND, &d->limited) < 0)
		ar->limited = &d->limited;
	d->is_by_key = !in->client_msg_id.p && key.p;
	ar->client_msg_id = d->is_by_key ? key : in->client_msg_id;
	ar->fingerprint = content_fingerprint(rq->arena, body);
	return 0;
}

/* ---- ephemeral ---- */

int message_send_ephemeral(struct message_draft *d, struct json_writer *w,
    struct error *err)
{
	const struct publisher p = service_publisher(d->rq);
	const struct append_request *ar = &d->ar;
	const struct shown_for everybody = { .user_id = 0 };
	struct conv c;
	struct entry e = {
		.conv_id = ar->conv_id,
		.msg_id = ar->msg_id,
		.client_msg_id = ar->client_msg_id,
		.kind = ENTRY_MESSAGE,
		.type = ar->type,
		.flags = ar->flags,
		.sender_id = ar->sender_id,
		.sent_ms = db_clock_ms(p.db),
		.body = ar->body,
	};

	if (append_check(p.db, p.a, ar, &c, err) < 0 ||
	    shown_load(p.db, p.a, &everybody, &e, 1, err) < 0)
		return -1;
	if (d->reply.msg_id)
		e.quote = quote_of(p.a, &d->reply);
	/*
	 * One event for all members, so it quotes only what every one of them
	 * may see.
	 */
	publish_ephemeral(&p, &e, c.history == HISTORY_ALL ? 0 : INT64_MAX);
	json_begin(w);
	json_put_id(w, "msg_id", e.msg_id);
	json_put_id(w, "conv_id", e.conv_id);
	json_put_int(w, "sent_at", e.sent_ms);
	json_end(w);
	return 0;
}

/* ---- stored ---- */

struct moved {
	struct publisher p;
	struct burn_result read;
};

static void tell_moved(void *arg)
{
	const struct moved *m = arg;

	publish_burn(&m->p, &m->read);
}

/*
 * Moves the sender's read mark to the index that they have seen, in a separate
 * transaction, before the answer.  If this process dies in between, a repeat of
 * the request moves it.  What no repeat would mend does not fail the send.
 */
static int move_seen(const struct message_draft *d, struct error *err)
{
	const struct append_request *ar = &d->ar;
	struct moved *m = ARENA_NEW(d->rq->arena, struct moved);

	m->p = service_publisher(d->rq);
	if (burn_read(m->p.db, m->p.a, ar->conv_id, ar->sender_id,
		d->in->seen_index, &m->read, err) < 0) {
		if (err_info(err->code)->retry != ERR_RETRY_NEVER)
			return -1;
		log_warn("send_seen", "conv_id=%" PRId64 " detail=\"%s\"",
		    ar->conv_id, err->detail);
		err_clear(err);
		return 0;
	}
	db_after_commit(m->p.db, m->p.a, tell_moved, m);
	return 0;
}

int message_sent(const struct message_draft *d, struct error *err)
{
	if (d->ar.due)
		bus_wake("fanout");
	return d->in->seen_index > 0 ? move_seen(d, err) : 0;
}

bool message_is_new(const struct message_draft *d)
{
	return !d->ar.duplicate || d->is_by_key;
}

bool message_is_scheduled(const struct message_draft *d)
{
	return d->scheduled.msg_id != 0;
}

static void put_scheduled(const struct scheduled *s, struct json_writer *w)
{
	json_begin(w);
	json_put_id(w, "msg_id", s->msg_id);
	json_put_str(w, "state", str_word(SCHEDULED_STATES, s->state));
	json_put_int(w, "send_at", s->send_ms);
	json_end(w);
}

void message_put_answer(const struct message_draft *d, struct json_writer *w)
{
	const struct entry *e = &d->ar.entry;

	if (message_is_scheduled(d)) {
		put_scheduled(&d->scheduled, w);
		return;
	}
	json_begin(w);
	json_put_id(w, "msg_id", e->msg_id);
	json_put_id(w, "conv_id", e->conv_id);
	json_put_int(w, "conv_index", e->conv_index);
	json_put_int(w, "ordinal", e->ordinal);
	json_put_int(w, "sent_at", e->sent_ms);
	json_put_bool(w, "duplicate", !message_is_new(d));
	json_end(w);
}
