#include "io/json_writer.h"
#include "proto/server_frame.h"

#include "base/clock.h"
#include "base/conf.h"
#include "http/problem.h"
#include "proto/frame.h"
#include "proto/request_id.h"

/* Names as in GET /v1/info, and what a client may do on a WebSocket. */
static const char *const features[] = {
	"live.websocket",
	"live.poll",
	"live.sse",
	"presence.subscribe",
	"requests",
	"resume",
	"ack",
};

/* One buffer for all frames: each is copied when it is sent. */
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

static void end_and_send(struct http_conn *h, struct json_writer *w)
{
	json_end(w);
	frame_send(h, buf_view(&scratch));
	buf_shrink(&scratch, 65536);
}

void server_frame_hello(struct http_conn *h, const struct server_hello *hello)
{
	struct json_writer w = begin("hello");

	json_begin(&w);
	json_put_str(&w, "stream_id", hello->stream_id);
	json_put_int(&w, "user_index", hello->user_index);
	json_put_int(&w, "heartbeat_s", conf.live.heartbeat_s);
	json_put_id(&w, "session_id", hello->session_id);
	json_put_int(&w, "server_at", clock_site_ms());
	json_key(&w, "features");
	json_begin_list(&w);
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		json_str(&w, str_of(features[i]));
	json_end_list(&w);
	if (hello->resumed_from >= 0)
		json_put_int(&w, "resumed_from", hello->resumed_from);
	json_end(&w);
	end_and_send(h, &w);
}

void server_frame_heartbeat(struct http_conn *h, int64_t user_index,
    int64_t total_unread)
{
	struct json_writer w = begin("heartbeat");

	json_begin(&w);
	json_put_int(&w, "user_index", user_index);
	json_put_int(&w, "total_unread", total_unread);
	json_end(&w);
	end_and_send(h, &w);
}

void server_frame_pull(struct http_conn *h, int64_t user_index)
{
	struct json_writer w = begin("pull");

	json_begin(&w);
	json_put_int(&w, "user_index", user_index);
	json_end(&w);
	end_and_send(h, &w);
}

void server_frame_too_old(struct http_conn *h, struct str stream_id,
    int64_t user_index)
{
	struct json_writer w = begin("too_old");

	json_begin(&w);
	json_put_str(&w, "stream_id", stream_id);
	json_put_int(&w, "user_index", user_index);
	json_end(&w);
	end_and_send(h, &w);
}

void server_frame_pong(struct http_conn *h, struct str ping)
{
	struct json_writer w = begin("pong");

	json_raw(&w, ping);
	end_and_send(h, &w);
}

static void write_problem(struct buf *b, const struct http_conn *h,
    const struct error *err)
{
	char id[REQUEST_ID_SIZE];

	buf_init(b);
	http_problem_write(b, err, str_of(request_id_text(id, h)));
}

void server_frame_error(struct http_conn *h, const struct error *err,
    struct str id)
{
	struct json_writer w = begin("error");
	struct buf problem;

	write_problem(&problem, h, err);
	json_raw(&w, buf_view(&problem));
	if (id.p)
		json_put_raw(&w, "id", id);
	end_and_send(h, &w);
	buf_release(&problem);
}

void server_frame_answer(struct http_conn *h, struct str id, int status,
    struct str body)
{
	struct json_writer w = begin("id");

	json_raw(&w, id);
	json_put_int(&w, "status", status);
	if (body.len)
		json_put_raw(&w, "body", body);
	end_and_send(h, &w);
}

void server_frame_refuse(struct http_conn *h, struct str id,
    const struct error *err)
{
	struct buf problem;

	write_problem(&problem, h, err);
	server_frame_answer(h, id, err_info(err->code)->status,
	    buf_view(&problem));
	buf_release(&problem);
}

void server_frame_bye(struct http_conn *h, const char *reason, int code,
    int64_t retry_after_ms)
{
	const struct framing *framing = http_framing(h);
	struct json_writer w = begin("bye");

	if (!conn_is_open(&h->conn))
		return;
	json_begin(&w);
	json_put_cstr(&w, "reason", reason);
	if (retry_after_ms)
		json_put_int(&w, "retry_after_ms", retry_after_ms);
	json_end(&w);
	if (retry_after_ms && framing && framing->retry)
		framing->retry(h, retry_after_ms);
	end_and_send(h, &w);
	if (framing && framing->close)
		framing->close(h, code, str_of(reason));
	conn_finish(&h->conn, reason);
}
