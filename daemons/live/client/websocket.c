#include "client/websocket.h"

#include "base/crypto.h"
#include "base/stat.h"
#include "client/ack.h"
#include "client/active.h"
#include "client/background.h"
#include "client/request.h"
#include "client/subscribe.h"
#include "events/deliver.h"
#include "events/resume.h"
#include "proto/client_frame.h"
#include "proto/frame.h"
#include "proto/http_reply.h"
#include "proto/server_frame.h"
#include "proto/ws.h"
#include "proto/ws_conn.h"

#define BAD_MAX       20
#define BAD_WINDOW_MS 60000

static void drained(struct conn *c)
{
	resume_drained(c);
	request_drained(client_of(c));
}

static const struct subscriber_ops websocket_ops = {
	.http.conn.name = "ws",
	.http.conn.bytes = ws_conn_bytes,
	.http.conn.drained = drained,
	.http.conn.finished = ws_conn_finished,
	.http.framing = &framing_websocket,
	.event = deliver_event,
};

bool websocket_is(const struct conn *c)
{
	return c->ops == &websocket_ops.http.conn;
}

static void on_bad(struct client *cl, const struct error *err, struct str id)
{
	uint32_t now = (uint32_t)uv_now(client_conn(cl)->io.handle.loop);
	struct active *active = active_get(cl);

	stat_add(STAT_LIVE_BAD_FRAMES, 1);
	server_frame_error(client_http(cl), err, id);
	if (!active->n_bad || now - active->bad_since_ms >= BAD_WINDOW_MS) {
		active->bad_since_ms = now;
		active->n_bad = 0;
	}
	if (++active->n_bad >= BAD_MAX)
		server_frame_bye(client_http(cl), "too_many", WS_TOO_MANY,
		    BAD_WINDOW_MS + crypto_uniform(BAD_WINDOW_MS / 4));
}

static void on_frame(struct client *cl, const struct client_frame *f,
    struct str text)
{
	struct error err;

	switch (f->verb) {
	case CLIENT_REQUEST:
		request_take(cl, f, text);
		break;
	case CLIENT_ACK:
		ack_take(cl, f->ack);
		break;
	case CLIENT_STATE:
		client_subscriber(cl)->chat_id = f->chat_id;
		background_set(cl, f->background);
		break;
	case CLIENT_SUBSCRIBE:
		if (subscribe_add(cl, f->users, f->n_users, &err) < 0)
			on_bad(cl, &err, STR_NONE);
		break;
	case CLIENT_UNSUBSCRIBE:
		subscribe_remove(cl, f->users, f->n_users);
		break;
	case CLIENT_PING:
		server_frame_pong(client_http(cl), f->ping);
		break;
	}
}

static void on_text(struct conn *c, struct str text)
{
	static struct arena a;
	struct client_frame f;
	struct error err;

	err_clear(&err);
	if (client_frame_parse(&a, text, &f, &err) < 0)
		on_bad(client_of(c), &err, f.id);
	else
		on_frame(client_of(c), &f, text);
	arena_rewind(&a);
}

void websocket_accept(struct client *cl, struct str key, bool protocol)
{
	client_conn(cl)->ops = &websocket_ops.http.conn;
	client_conn(cl)->state = CONN_OPEN;
	http_reply_upgrade(client_http(cl), key, protocol);
}

void websocket_start(void)
{
	ws_conn_on_text(on_text);
}
