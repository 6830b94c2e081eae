#include "client/heartbeat.h"

#include "base/conf.h"
#include "client/active.h"
#include "client/session_end.h"
#include "client/websocket.h"
#include "events/audience.h"
#include "events/deliver.h"
#include "events/lag.h"
#include "gateway/heads.h"
#include "proto/server_frame.h"
#include "proto/ws.h"
#include "proto/ws_conn.h"

#define PULSES 20 /* in a heartbeat */

static struct deadline_list pulses;
static uint32_t silent_max_ms;

static void beat(struct subscriber *s, int64_t user_index)
{
	/* A client that does not read is sent nothing more. */
	if (lag_overflowed(s) || !http_framing(&s->http))
		return;
	server_frame_heartbeat(&s->http,
	    user_index > lag_known(s) ? user_index : lag_known(s),
	    s->recipient->total_unread);
	if (websocket_is(&s->http.conn))
		ws_conn_ping(&s->http);
	deliver_known(s, user_index);
	if (s->missed) {
		s->missed = false;
		audience_tell(s);
	}
}

static void on_head(const struct head *h)
{
	struct subscriber *s = subscriber_find(h->conn_id);

	if (!s)
		return;
	if (h->ended) {
		session_end(s->recipient->user_id, s->session_id, h->ended);
		return;
	}
	if (h->expires_at)
		session_end_watch(client_of(&s->http.conn), h->expires_at);
	if (h->total_unread >= 0)
		s->recipient->total_unread = h->total_unread;
	if (h->large)
		audience_take(s->recipient, h->large, h->asked_ms);
	beat(s, h->user_index);
}

static void on_pulse(struct deadline *d)
{
	struct client *cl = CONTAINER_OF(d, struct client, pulse);
	struct conn *c = client_conn(cl);

	if (websocket_is(c) && conn_silent_ms(c) >= silent_max_ms) {
		ws_conn_close(client_http(cl), WS_GOING_AWAY,
		    STR("nothing heard"));
		conn_finish(c, "silent");
		return;
	}
	deadline_set(&pulses, d);
	if (++cl->n_pulses < PULSES)
		return;
	cl->n_pulses = 0;
	subscriber_check(client_subscriber(cl));
	active_tidy(cl);
}

static void stop(struct conn *c)
{
	deadline_clear(&client_of(c)->pulse);
}

static void on_conn_end(struct conn *c, const char *why)
{
	(void)why;
	stop(c);
}

void heartbeat_begin(struct client *cl)
{
	cl->n_pulses = 0;
	conn_heard(client_conn(cl));
	deadline_set(&pulses, &cl->pulse);
}

void heartbeat_start(uv_loop_t *loop)
{
	int64_t beat_ms = conf.live.heartbeat_s * 1000;

	silent_max_ms = (uint32_t)(beat_ms * 5 / 2);
	deadline_list_init(&pulses, loop, beat_ms / PULSES, on_pulse);
	heads_on_answer(on_head);
	conn_on_end(on_conn_end);
	conn_on_close(stop);
}
