#include "client/attach.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/stat.h"
#include "client/heartbeat.h"
#include "client/poll.h"
#include "client/session_end.h"
#include "events/audience.h"
#include "events/bus.h"
#include "events/deliver.h"
#include "events/resume.h"
#include "io/json.h"
#include "presence/line.h"
#include "proto/frame.h"
#include "proto/http_reply.h"
#include "proto/request_id.h"
#include "proto/server_frame.h"

/* Clients that are further behind start with a sync. */
#define BEHIND_MAX 10000

int attach_parse(struct arena *a, struct str body, struct attach_grant *out,
    struct error *err)
{
	json_t *v;

	if (json_parse(a, body, false, &v, err) < 0)
		return err_set(err, ERR_INTERNAL, "live/open: not JSON");
	*out = (struct attach_grant){
		.session_id = json_get_id(v, "session_id"),
		.user_id = json_get_id(v, "user_id"),
		.now = json_get_int(v, "now", clock_site_ms()),
		.expires_at = json_get_int(v, "expires_at", 0),
		.user_index = json_get_int(v, "user_index", -1),
		.total_unread = json_get_int(v, "total_unread", 0),
		.platform = json_get_str(v, "platform"),
		.stream_id = json_get_str(v, "stream_id"),
		.origin_allowed = json_get_bool(v, "origin_allowed", false),
		.hides_reads = !json_get_bool(v, "read_receipts", true),
		.large = json_object_get(v, "large"),
		.shows_last_seen = str_is(json_get_str(v, "last_seen"),
		    "everyone"),
	};
	if (!out->session_id || !out->user_id || out->user_index < 0 ||
	    !out->stream_id.p)
		return err_set(err, ERR_INTERNAL, "live/open: fields missing");
	return 0;
}

static bool is_too_old(const struct live_options *o,
    const struct attach_grant *who)
{
	if (o->stream_id.p && !str_eq(o->stream_id, who->stream_id))
		return true;
	return o->after >= 0 && (o->after > who->user_index ||
				    who->user_index - o->after > BEHIND_MAX);
}

static const struct subscriber_ops event_stream_ops = {
	.http.conn.name = "sse",
	.http.conn.drained = resume_drained,
	.http.framing = &framing_event_stream,
	.event = deliver_event,
};

static void begin_stream(struct client *cl, const struct live_options *o,
    const struct attach_grant *who)
{
	struct subscriber *s = client_subscriber(cl);
	bool too_old = is_too_old(o, who), resumes = o->after >= 0 && !too_old;

	server_frame_hello(&s->http,
	    &(struct server_hello){ .stream_id = who->stream_id,
		.session_id = s->session_id,
		.user_index = who->user_index,
		.resumed_from = resumes ? o->after : -1 });
	if (too_old)
		server_frame_too_old(&s->http, who->stream_id, who->user_index);
	s->sent = resumes ? o->after : who->user_index;
	heartbeat_begin(cl);
	resume_begin(s, who->stream_id, who->user_index);
	audience_tell(s);
}

static void log_begin(struct client *cl)
{
	const struct subscriber *s = client_subscriber(cl);
	const struct conn *c = client_conn(cl);
	char ip[PEER_IP_LEN], id[REQUEST_ID_SIZE];

	log_info("open",
	    "conn=%" PRIu64 " kind=%s user_id=%" PRId64 " session_id=%" PRId64
	    " ip=%s request_id=%s",
	    c->id, c->ops->name, s->recipient->user_id, s->session_id,
	    peer_ip_text(ip, &c->ip), request_id_text(id, &s->http));
}

static void log_end(struct conn *c, const char *why)
{
	const struct subscriber *s = subscriber_of(c);
	char id[REQUEST_ID_SIZE];

	if (!s->recipient)
		return;
	log_info("close",
	    "conn=%" PRIu64 " kind=%s why=%s user_id=%" PRId64
	    " session_id=%" PRId64 " s=%" PRIu64 " requests=%u request_id=%s",
	    c->id, c->ops->name, why, s->recipient->user_id, s->session_id,
	    uv_now(c->io.handle.loop) / 1000 - c->opened_s, c->n_requests,
	    request_id_text(id, &s->http));
}

/* Sets the kind of the connection; a WebSocket has it already. */
static void set_kind(struct client *cl, enum live_route route)
{
	struct conn *c = client_conn(cl);

	c->state = CONN_OPEN;
	if (route == LIVE_SSE)
		c->ops = &event_stream_ops.http.conn;
	else if (route == LIVE_POLL)
		c->ops = &poll_ops.http.conn;
}

bool attach_subscribe(struct client *cl, const struct live_options *o,
    const struct attach_grant *who)
{
	struct subscriber *s = client_subscriber(cl);
	struct presence_conn *p = &cl->presence;

	s->session_id = who->session_id;
	s->chat_id = o->chat_id;
	s->background = o->background;
	p->platform = presence_line_platform(who->platform);
	hub_add(s, who->user_id)->total_unread = who->total_unread;
	presence_line_show_last_seen(s->recipient, who->shows_last_seen);
	s->recipient->hides_reads = who->hides_reads;
	audience_take(s->recipient, who->large, who->asked_ms);
	return presence_line_await(p);
}

void attach_begin(struct client *cl, enum live_route route,
    const struct live_options *o, const struct attach_grant *who)
{
	const char *ended = session_end_recent(who->session_id);

	set_kind(cl, route);
	session_end_watch(cl, who->expires_at);
	if (route == LIVE_SSE)
		http_reply_stream(client_http(cl));
	if (!conn_is_open(client_conn(cl)))
		return; /* the client has gone */
	if (ended) {
		session_end_close(cl, ended);
		return;
	}
	if (route == LIVE_POLL) {
		poll_begin(cl, o, who);
		return;
	}
	stat_add(STAT_LIVE_ACCEPTED, 1);
	hub_count(client_subscriber(cl));
	log_begin(cl);
	begin_stream(cl, o, who);
}

/* The user has changed what others see while connected. */
static void on_settings(const struct bus_frame *f)
{
	static struct arena a;
	const json_t *body = bus_frame_object(&a, f);
	struct recipient *r = hub_find(json_get_id(body, "user_id"));

	if (r) {
		presence_line_show_last_seen(r,
		    str_is(json_get_str(body, "last_seen"), "everyone"));
		r->hides_reads = !json_get_bool(body, "read_receipts", true);
	}
	arena_rewind(&a);
}

void attach_start(void)
{
	conn_on_end(log_end);
	bus_on_frame(BUS_SETTINGS, on_settings);
}
