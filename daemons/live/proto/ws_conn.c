#include "proto/ws_conn.h"

#include "net/out.h"
#include "proto/pace.h"
#include "proto/server_frame.h"
#include "proto/ws.h"
#include "proto/ws_input.h"

/* A message of 128 KiB takes 22 s on a line of 6 KB/s. */
#define MESSAGE_S 30

static struct deadline_list messages;
static void (*on_message)(struct conn *c, struct str text);

void ws_conn_on_text(void (*hook)(struct conn *c, struct str text))
{
	on_message = hook;
}

static void put_control(struct http_conn *h, enum ws_opcode op, const void *p,
    size_t len)
{
	uint8_t head[WS_HEAD_MAX];
	size_t head_len = ws_head(head, op, len);
	struct chunk *chunk;

	if (!len) {
		out_put(&h->conn, OUT_PLAIN, head, head_len, NULL, 0);
		return;
	}
	chunk = chunk_join((struct str){ p, len }, STR_NONE);
	out_put(&h->conn, OUT_PLAIN, head, head_len, chunk, len);
	chunk_unref(&chunk);
}

void ws_conn_ping(struct http_conn *h)
{
	put_control(h, WS_PING, NULL, 0);
}

void ws_conn_close(struct http_conn *h, int code, struct str reason)
{
	uint8_t payload[WS_CONTROL_MAX];

	if (h->close_sent)
		return;
	h->close_sent = true;
	put_control(h, WS_CLOSE, payload,
	    ws_close_payload(payload, code, reason));
}

static bool on_text(void *ctx, struct str text)
{
	struct conn *c = ctx;

	http_conn_of(c)->heard_message = true;
	if (conn_is_open(c))
		on_message(c, text);
	return c->state != CONN_CLOSED;
}

static bool on_ping(void *ctx, struct str payload)
{
	struct conn *c = ctx;

	if (conn_is_open(c))
		put_control(http_conn_of(c), WS_PONG, payload.p, payload.len);
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
	struct http_conn *h = http_conn_of(c);

	h->close_got = true;
	if (!h->close_sent)
		ws_conn_close(h, code == WS_NO_CODE ? WS_NORMAL : code,
		    STR_NONE);
	if (c->state == CONN_CLOSING && out_is_empty(c))
		conn_drained(c);
	else
		conn_finish(c, "client");
}

bool ws_conn_finished(struct conn *c)
{
	const struct http_conn *h = http_conn_of(c);

	if (!h->close_sent || h->deaf)
		return false;
	if (h->close_got)
		conn_close(c, "closed");
	return true;
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

static void on_error(struct http_conn *h, int code)
{
	struct conn *c = &h->conn;

	if (c->state != CONN_OPEN) {
		conn_close(c, "protocol");
		return;
	}
	h->deaf = true;
	ws_conn_close(h, code, str_of(why_of(code)));
	conn_finish(c, "protocol");
}

/* Limits the time of an unfinished message, unless we let it wait. */
static void limit_message(struct http_conn *h)
{
	const struct conn *c = &h->conn;
	struct ws_input *in = h->input;

	if (!in)
		return;
	if (!in->reader || !conn_is_open(c) || c->paused)
		deadline_clear(&in->message);
	else if (h->heard_message || !deadline_is_set(&in->message))
		deadline_set(&messages, &in->message);
}

/* ws_feed() with the reader of the connection. */
static int feed(struct http_conn *h, const char *p, size_t n, uint32_t *budget)
{
	struct ws_reader *r = ws_input_reader(h);
	int code;

	if (r)
		h->input->reader = NULL;
	code = ws_feed(&r, (const uint8_t *)p, n, budget, &sink, &h->conn);
	if (r)
		ws_input_get(h)->reader = r;
	return code;
}

/* A closing connection is only read to its close frame. */
static void feed_closing(struct http_conn *h, const char *p, size_t n)
{
	if (feed(h, p, n, NULL))
		conn_close(&h->conn, "protocol");
	ws_input_tidy(h);
}

void ws_conn_bytes(struct conn *c, const char *p, size_t n)
{
	struct http_conn *h = http_conn_of(c);
	uint32_t budget, given;
	int code;

	if (h->close_got || h->deaf)
		return;
	if (c->state != CONN_OPEN) {
		feed_closing(h, p, n);
		return;
	}
	budget = given = pace_budget(h);
	h->heard_message = false;
	code = feed(h, p, n, &budget);
	if (code)
		on_error(h, code);
	else if (conn_is_open(c))
		pace_spent(h, given - budget, !budget && ws_input_reader(h));
	limit_message(h);
	ws_input_tidy(h);
}

static void go_on(struct http_conn *h)
{
	if (ws_input_reader(h))
		ws_conn_bytes(&h->conn, NULL, 0);
}

static void on_message_due(struct deadline *d)
{
	struct http_conn *h = CONTAINER_OF(d, struct ws_input, message)->conn;

	server_frame_bye(h, "slow", WS_SLOW, 0);
}

static void on_conn_close(struct conn *c)
{
	ws_input_drop(http_conn_of(c));
}

void ws_conn_start(uv_loop_t *loop)
{
	deadline_list_init(&messages, loop, MESSAGE_S * 1000, on_message_due);
	conn_on_close(on_conn_close);
	pace_start(loop, go_on);
}
