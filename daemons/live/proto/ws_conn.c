#include "proto/ws_conn.h"

#include "base/conf.h"
#include "client/heartbeat.h"
#include "net/out.h"
#include "client/request.h"
#include "proto/server_frame.h"
#include "proto/ws.h"

/* A message of 128 KiB takes 22 s on a line of 6 KB/s. */
#define MESSAGE_S 30

static struct deadline_list messages;

static void put_control(struct conn *c, enum ws_opcode op, const void *p,
    size_t len)
{
	uint8_t head[WS_HEAD_MAX];
	size_t head_len = ws_head(head, op, len);
	struct chunk *chunk;

	if (!len) {
		out_put(c, OUT_PLAIN, head, head_len, NULL, 0);
		return;
	}
	chunk = chunk_join((struct str){ p, len }, STR_NONE);
	out_put(c, OUT_PLAIN, head, head_len, chunk, len);
	chunk_unref(&chunk);
}

void ws_conn_ping(struct conn *c)
{
	put_control(c, WS_PING, NULL, 0);
}

void ws_conn_close(struct conn *c, int code, struct str reason)
{
	uint8_t payload[WS_CONTROL_MAX];

	if (c->close_sent)
		return;
	c->close_sent = true;
	put_control(c, WS_CLOSE, payload,
	    ws_close_payload(payload, code, reason));
}

static bool on_text(void *ctx, struct str text)
{
	struct conn *c = ctx;

	if (conn_is_open(c))
		request_frame(c, text);
	return c->state != CONN_CLOSED;
}

static bool on_ping(void *ctx, struct str payload)
{
	struct conn *c = ctx;

	if (conn_is_open(c))
		put_control(c, WS_PONG, payload.p, payload.len);
	return c->state != CONN_CLOSED;
}

static bool on_pong(void *ctx)
{
	(void)ctx;
	return true;
}

/* The peer's close frame: answered with the same code. */
static void on_close(void *ctx, int code)
{
	struct conn *c = ctx;

	c->close_got = true;
	if (!c->close_sent)
		ws_conn_close(c, code == WS_NO_CODE ? WS_NORMAL : code,
		    STR_NONE);
	if (c->state == CONN_CLOSING && out_is_empty(c))
		conn_drained(c);
	else
		conn_finish(c, "client");
}

static const struct ws_sink sink = { on_text, on_ping, on_pong, on_close };

static const char *why_of(int code)
{
	switch (code) {
	case WS_UNSUPPORTED:
		return "binary messages are not understood";
	case WS_BAD_TEXT:
		return "the text is not UTF-8";
	case WS_TOO_BIG:
		return "the message is over 128 KiB";
	default:
		return "protocol error";
	}
}

void ws_conn_bytes(struct conn *c, const char *p, size_t n)
{
	int code;

	if (c->close_got || c->deaf)
		return;
	heartbeat_heard(c);
	code = ws_feed(&c->reader, (const uint8_t *)p, n, &sink, c);
	if (code && c->state == CONN_OPEN) {
		c->deaf = true;
		ws_conn_close(c, code, str_of(why_of(code)));
		conn_finish(c, "protocol");
	} else if (code) {
		conn_close(c, "protocol");
	}
	if (!c->reader || c->state != CONN_OPEN)
		deadline_clear(&c->message);
	else if (!deadline_is_set(&c->message))
		deadline_set(&messages, &c->message);
}

static void on_message_due(struct deadline *d)
{
	struct conn *c = CONTAINER_OF(d, struct conn, message);

	server_frame_bye(c, "slow", WS_SLOW, 0);
}

void ws_conn_start(uv_loop_t *loop)
{
	deadline_list_init(&messages, loop, MESSAGE_S * 1000, on_message_due);
}
