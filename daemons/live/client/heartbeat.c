#include "client/heartbeat.h"

#include "base/conf.h"
#include "client/session_end.h"
#include "client/websocket.h"
#include "events/deliver.h"
#include "events/lag.h"
#include "gateway/heads.h"
#include "proto/server_frame.h"
#include "proto/ws.h"
#include "proto/ws_conn.h"

static struct deadline_list beats, silences;

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
	beat(s, h->user_index);
}

static void on_beat(struct deadline *d)
{
	struct client *cl = CONTAINER_OF(d, struct client, beat);

	deadline_set(&beats, d);
	subscriber_check(client_subscriber(cl));
}

static void on_silence(struct deadline *d)
{
	struct client *cl = CONTAINER_OF(d, struct client, silence);

	ws_conn_close(client_http(cl), WS_GOING_AWAY, STR("nothing heard"));
	conn_finish(client_conn(cl), "silent");
}

static void on_heard(struct conn *c)
{
	if (websocket_is(c) && conn_is_open(c))
		deadline_set(&silences, &client_of(c)->silence);
}

static void stop(struct conn *c)
{
	struct client *cl = client_of(c);

	deadline_clear(&cl->beat);
	deadline_clear(&cl->silence);
}

static void on_conn_end(struct conn *c, const char *why)
{
	(void)why;
	stop(c);
}

void heartbeat_begin(struct client *cl)
{
	deadline_set(&beats, &cl->beat);
	on_heard(client_conn(cl));
}

void heartbeat_start(uv_loop_t *loop)
{
	int64_t ms = conf.live.heartbeat_s * 1000;

	deadline_list_init(&beats, loop, ms, on_beat);
	deadline_list_init(&silences, loop, ms * 5 / 2, on_silence);
	heads_on_answer(on_head);
	conn_on_heard(on_heard);
	conn_on_end(on_conn_end);
	conn_on_close(stop);
}
