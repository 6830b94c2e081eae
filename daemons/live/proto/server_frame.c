#include "proto/server_frame.h"

#include "base/clock.h"
#include "base/conf.h"
#include "io/json.h"
#include "proto/problem.h"
#include "proto/ws.h"
#include "proto/ws_conn.h"

/* In the words of GET /v1/info, and what a client may do on a WebSocket. */
static const char *const features[] = {
	"live.websocket",
	"live.poll",
	"live.sse",
	"presence.subscribe",
	"requests",
	"resume",
	"ack",
};

/* One scratch buffer: frames are built and sent one after the other. */
static struct buf scratch;

static struct json_writer begin(const char *verb)
{
	struct json_writer w;

	buf_clear(&scratch);
	json_writer_init(&w, &scratch);
	json_begin(&w);
	json_key(&w, verb);
	return w;
}

static void end_and_send(struct conn *c, struct json_writer *w)
{
	json_end(w);
	server_frame_send(c, OUT_PLAIN, buf_view(&scratch));
	buf_shrink(&scratch, 65536);
}

void server_frame_send(struct conn *c, enum out_class class, struct str json)
{
	char head[OUT_HEAD_MAX];
	size_t len = 0;
	struct chunk *rest;

	if (c->kind == CONN_WS) {
		len = ws_head((uint8_t *)head, WS_TEXT, json.len);
		if (len + json.len <= sizeof(head)) {
			memcpy(head + len, json.p, json.len);
			out_put(c, class, head, len + json.len, NULL, 0);
			return;
		}
		rest = chunk_join(json, STR_NONE);
	} else if (c->kind == CONN_SSE) {
		len = strlen("data: ");
		memcpy(head, "data: ", len);
		rest = chunk_join(json, STR("\n\n"));
	} else {
		return;
	}
	out_put(c, class, head, len, rest, rest->len);
	chunk_unref(&rest);
}

void server_frame_hello(struct conn *c, const struct server_hello *h)
{
	struct json_writer w = begin("hello");

	json_begin(&w);
	json_put_str(&w, "stream_id", h->stream_id);
	json_put_int(&w, "user_index", h->user_index);
	json_put_int(&w, "heartbeat_s", conf.live.heartbeat_s);
	json_put_id(&w, "session_id", c->session_id);
	json_put_int(&w, "server_at", clock_now_ms());
	json_key(&w, "features");
	json_begin_list(&w);
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		json_str(&w, str_of(features[i]));
	json_end_list(&w);
	if (h->resumed_from >= 0)
		json_put_int(&w, "resumed_from", h->resumed_from);
	json_end(&w);
	end_and_send(c, &w);
}

void server_frame_heartbeat(struct conn *c, int64_t user_index,
    int64_t total_unread)
{
	struct json_writer w = begin("heartbeat");

	json_begin(&w);
	json_put_int(&w, "user_index", user_index);
	json_put_int(&w, "total_unread", total_unread);
	json_end(&w);
	end_and_send(c, &w);
}

void server_frame_pull(struct conn *c, int64_t user_index)
{
	struct json_writer w = begin("pull");

	json_begin(&w);
	json_put_int(&w, "user_index", user_index);
	json_end(&w);
	end_and_send(c, &w);
}

void server_frame_too_old(struct conn *c, struct str stream_id,
    int64_t user_index)
{
	struct json_writer w = begin("too_old");

	json_begin(&w);
	json_put_str(&w, "stream_id", stream_id);
	json_put_int(&w, "user_index", user_index);
	json_end(&w);
	end_and_send(c, &w);
}

void server_frame_pong(struct conn *c, struct str ping)
{
	struct json_writer w = begin("pong");

	json_raw(&w, ping);
	end_and_send(c, &w);
}

void server_frame_error(struct conn *c, const struct error *err, struct str id)
{
	struct json_writer w = begin("error");
	struct buf problem;

	buf_init(&problem);
	problem_write(&problem, err, str_of(c->request_id));
	json_raw(&w, buf_view(&problem));
	if (id.p)
		json_put_raw(&w, "id", id);
	end_and_send(c, &w);
	buf_release(&problem);
}

void server_frame_answer(struct conn *c, struct str id, int status,
    struct str body)
{
	struct json_writer w = begin("id");

	json_raw(&w, id);
	json_put_int(&w, "status", status);
	if (body.len)
		json_put_raw(&w, "body", body);
	end_and_send(c, &w);
}

void server_frame_refuse(struct conn *c, struct str id, const struct error *err,
    struct str request_id)
{
	struct buf problem;

	buf_init(&problem);
	problem_write(&problem, err, request_id);
	server_frame_answer(c, id, err_info(err->code)->status,
	    buf_view(&problem));
	buf_release(&problem);
}

void server_frame_bye(struct conn *c, const char *reason, int code,
    int64_t retry_after_ms)
{
	struct json_writer w = begin("bye");

	if (c->state != CONN_OPEN)
		return;
	json_begin(&w);
	json_put_cstr(&w, "reason", reason);
	if (retry_after_ms)
		json_put_int(&w, "retry_after_ms", retry_after_ms);
	json_end(&w);
	end_and_send(c, &w);
	if (c->kind == CONN_WS)
		ws_conn_close(c, code, str_of(reason));
	conn_finish(c, reason);
}
