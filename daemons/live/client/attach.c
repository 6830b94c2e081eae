#include "client/attach.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/stat.h"
#include "client/heartbeat.h"
#include "proto/http_reply.h"
#include "events/hub.h"
#include "io/json.h"
#include "events/order.h"
#include "client/poll.h"
#include "events/resume.h"
#include "proto/server_frame.h"
#include "client/session_end.h"

/* Further behind the inbox does not go. */
#define BEHIND_MAX 10000

int attach_parse(struct arena *a, struct str body, struct attach_grant *out,
    struct error *err)
{
	json_t *v;

	if (json_parse(a, body, false, &v, err) < 0)
		return err_set(err, ERR_INTERNAL, "live/open: no JSON");
	*out = (struct attach_grant){
		.session_id = json_get_id(v, "session_id"),
		.user_id = json_get_id(v, "user_id"),
		.app_id = json_get_id(v, "app_id"),
		.expires_at = json_get_int(v, "expires_at", 0),
		.user_index = json_get_int(v, "user_index", -1),
		.total_unread = json_get_int(v, "total_unread", 0),
		.platform = json_get_str(v, "platform"),
		.stream_id = json_get_str(v, "stream_id"),
		.origin_allowed = json_get_bool(v, "origin_allowed", true),
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

static void begin_stream(struct conn *c, const struct live_options *o,
    const struct attach_grant *who)
{
	bool too_old = is_too_old(o, who), resumes = o->after >= 0 && !too_old;

	server_frame_hello(c,
	    &(struct server_hello){ .stream_id = who->stream_id,
		.user_index = who->user_index,
		.resumed_from = resumes ? o->after : -1 });
	if (too_old)
		server_frame_too_old(c, who->stream_id, who->user_index);
	order_init(&c->order, resumes ? o->after : who->user_index);
	c->order.known = who->user_index;
	heartbeat_begin(c);
	resume_begin(c, who->stream_id);
}

static void log_begin(const struct conn *c, const char *kind)
{
	log_info("open",
	    "conn=%" PRIu64 " kind=%s user_id=%" PRId64 " session_id=%" PRId64
	    " ip=%s "
	    "request_id=%s",
	    c->id, kind, c->user->user_id, c->session_id, c->ip, c->request_id);
}

void attach_begin(struct conn *c, enum live_route route,
    const struct live_options *o, const struct attach_grant *who)
{
	const char *ended = session_end_recent(who->session_id);

	c->session_id = who->session_id;
	c->expires_at = who->expires_at;
	c->total_unread = who->total_unread;
	c->background = o->background;
	snprintf(c->platform, sizeof(c->platform), "%.*s",
	    STR_ARG(who->platform));
	c->state = CONN_OPEN;
	c->kind = route == LIVE_WS    ? CONN_WS
		  : route == LIVE_SSE ? CONN_SSE
				      : CONN_POLL;
	hub_add(c, who->user_id, who->app_id)->shows_last_seen =
	    who->shows_last_seen;
	session_end_watch(c);
	if (route == LIVE_SSE)
		http_reply_stream(c);
	if (ended) {
		session_end_close(c, ended);
		return;
	}
	if (route == LIVE_POLL) {
		poll_begin(c, o, who);
		return;
	}
	stat_add(STAT_LIVE_ACCEPTED, 1);
	log_begin(c, route == LIVE_WS ? "ws" : "sse");
	begin_stream(c, o, who);
}
