#include "client/heartbeat.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/conf.h"
#include "events/deliver.h"
#include "gateway/fcgi_client.h"
#include "events/hub.h"
#include "io/json.h"
#include "proto/server_frame.h"
#include "client/session_end.h"
#include "proto/ws.h"
#include "proto/ws_conn.h"

#define BATCH_MAX 500
#define GATHER_MS 20

/* One question to the inbox service, and whom it is about. */
struct batch {
	size_t n;
	uint64_t ids[BATCH_MAX];
};

static struct deadline_list beats, silences;
static struct batch *batch;
static uv_timer_t gather;

static void beat(struct conn *c, int64_t user_index)
{
	/* A client that does not read is not given more to read. */
	if (c->overflowed)
		return;
	server_frame_heartbeat(c,
	    user_index > c->order.known ? user_index : c->order.known,
	    c->total_unread);
	if (c->kind == CONN_WS)
		ws_conn_ping(c);
	deliver_known(c, user_index);
}

static void take_item(struct conn *c, const json_t *item)
{
	const char *reason = json_string_value(json_object_get(item, "ended"));
	int64_t expires = json_get_int(item, "expires_at", 0);

	if (json_get_id(item, "session_id") != c->session_id)
		return;
	if (reason) {
		session_end(c->user->user_id, c->session_id, reason);
		return;
	}
	if (expires) {
		c->expires_at = expires;
		session_end_watch(c);
	}
	c->total_unread = json_get_int(item, "total_unread", c->total_unread);
	beat(c, json_get_int(item, "user_index", 0));
}

static void on_heads(void *ctx, const struct cgi_answer *answer)
{
	static struct arena a;
	struct batch *b = ctx;
	json_t *v, *items = NULL;
	struct error err;

	if (answer->status == 200 &&
	    json_parse(&a, answer->body, false, &v, &err) == 0)
		items = json_object_get(v, "items");
	if (json_array_size(items) != b->n)
		items = NULL;
	for (size_t i = 0; i < b->n; i++) {
		struct conn *c = conn_find(b->ids[i]);

		if (!c || !conn_is_open(c) || !c->user)
			continue;
		if (items)
			take_item(c, json_array_get(items, i));
		else
			beat(c, 0);
	}
	free(b);
	arena_rewind(&a);
}

static void ask(void)
{
	static struct buf body;
	struct json_writer w;
	struct batch *b = batch;

	batch = NULL;
	buf_clear(&body);
	json_writer_init(&w, &body);
	json_begin(&w);
	json_key(&w, "items");
	json_begin_list(&w);
	for (size_t i = 0; i < b->n; i++) {
		struct conn *c = conn_find(b->ids[i]);

		/* Gone meanwhile: asked for all the same, to keep places. */
		json_begin(&w);
		json_put_id(&w, "user_id", c && c->user ? c->user->user_id : 1);
		json_put_id(&w, "session_id", c && c->user ? c->session_id : 1);
		json_end(&w);
	}
	json_end_list(&w);
	json_end(&w);
	fcgi_call(&(struct fcgi_call){ .service = SERVICE_INBOX,
	    .method = "POST",
	    .uri = STR("/internal/live/heads"),
	    .body = buf_view(&body),
	    .internal = true,
	    .request_id = STR("heartbeat"),
	    .remote_addr = STR("127.0.0.1"),
	    .done = on_heads,
	    .ctx = b });
}

static void on_gathered(uv_timer_t *t)
{
	(void)t;
	if (batch)
		ask();
}

void heartbeat_check(struct conn *c)
{
	if (!batch) {
		batch = calloc(1, sizeof(*batch));
		if (!batch)
			die(EX_OSERR, "out of memory");
		uv_timer_start(&gather, on_gathered, GATHER_MS, 0);
	}
	batch->ids[batch->n++] = c->id;
	if (batch->n == BATCH_MAX)
		ask();
}

static void on_beat(struct deadline *d)
{
	struct conn *c = CONTAINER_OF(d, struct conn, beat);

	deadline_set(&beats, d);
	heartbeat_check(c);
}

static void on_silence(struct deadline *d)
{
	struct conn *c = CONTAINER_OF(d, struct conn, silence);

	ws_conn_close(c, WS_GOING_AWAY, STR("nothing heard"));
	conn_finish(c, "silent");
}

void heartbeat_begin(struct conn *c)
{
	deadline_set(&beats, &c->beat);
	heartbeat_heard(c);
}

void heartbeat_heard(struct conn *c)
{
	if (c->kind == CONN_WS && c->state == CONN_OPEN)
		deadline_set(&silences, &c->silence);
}

void heartbeat_stop(struct conn *c)
{
	deadline_clear(&c->beat);
	deadline_clear(&c->silence);
}

void heartbeat_start(uv_loop_t *loop)
{
	int64_t ms = conf.live.heartbeat_s * 1000;

	deadline_list_init(&beats, loop, ms, on_beat);
	deadline_list_init(&silences, loop, ms * 5 / 2, on_silence);
	uv_timer_init(loop, &gather);
}
