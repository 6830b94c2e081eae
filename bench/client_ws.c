#include "client.h"

#include "base/err.h"

#define WAIT_MS 10000

enum { OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

static void put_frame(struct buf *b, int op, struct str payload)
{
	/* A key of zeros leaves the bytes unchanged.  Clients must mask (RFC
	 * 6455 section 5.3), but here the key protects nothing. */
	static const char key[4];

	buf_u8(b, (uint8_t)(0x80 | op));
	if (payload.len < 126) {
		buf_u8(b, (uint8_t)(0x80 | payload.len));
	} else {
		BUG_ON(payload.len > UINT16_MAX);
		buf_u8(b, 0x80 | 126);
		buf_u8(b, (uint8_t)(payload.len >> 8));
		buf_u8(b, (uint8_t)payload.len);
	}
	buf_add(b, key, sizeof(key));
	buf_str(b, payload);
}

void ws_put(struct link *l, struct str text)
{
	put_frame(&l->out, OP_TEXT, text);
}

/* The frame at the front: its length, 0 when it is not complete. */
static size_t frame(const struct link *l, int *op_out, struct str *payload)
{
	const unsigned char *p = (const unsigned char *)l->in.p;
	uint64_t len;
	size_t head = 2;

	if (l->in.len < 2)
		return 0;
	len = p[1] & 0x7f;
	if (len == 126)
		head = 4;
	else if (len == 127)
		head = 10;
	if (l->in.len < head)
		return 0;
	if (head > 2)
		for (size_t i = 2, n = len = 0; i < head; i++, n++)
			len = len << 8 | p[i];
	if (l->in.len - head < len)
		return 0;
	*op_out = p[0] & 0x0f;
	*payload = (struct str){ l->in.p + head, (size_t)len };
	return head + (size_t)len;
}

bool ws_take(struct link *l, struct str *text_out, size_t *len_out)
{
	struct str payload;
	size_t len;
	int op;

	while ((len = frame(l, &op, &payload)) > 0) {
		if (op == OP_TEXT) {
			*text_out = payload;
			*len_out = len;
			return true;
		}
		if (op == OP_CLOSE)
			die(EX_UNAVAILABLE, "im-live has closed");
		if (op == OP_PING) {
			put_frame(&l->out, OP_PONG, payload);
			link_flush(l);
		}
		buf_drop(&l->in, len);
	}
	return false;
}

static void wait_more(struct link *l, const char *what)
{
	if (!link_wait(l, WAIT_MS) || !link_fill(l))
		die(EX_UNAVAILABLE, "%s did not arrive", what);
}

void ws_open(struct link *l, const struct target *t, const struct person *p)
{
	struct answer answer;
	struct str text;
	size_t len;

	link_open(l, t);
	buf_printf(&l->out,
	    "GET /v1/live HTTP/1.1\r\nHost: %s\r\n"
	    "Authorization: Bearer %s\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n",
	    t->host, p->token);
	link_flush(l);
	while (!http_answer(l, &answer))
		wait_more(l, "the upgrade");
	if (answer.status != 101)
		die(EX_PROTOCOL, "no upgrade: %d", answer.status);
	buf_drop(&l->in, answer.len);
	while (!ws_take(l, &text, &len))
		wait_more(l, "the hello");
	if (!str_starts(text, "{\"hello\""))
		die(EX_PROTOCOL, "no hello: %.*s", STR_ARG(text));
	buf_drop(&l->in, len);
}
