#include "proto/frame.h"

#include <string.h>

#include "base/err.h"
#include "proto/ws.h"
#include "proto/ws_conn.h"

#define END "\n\n" /* of a frame on an event stream */

static size_t put(char *dst, const char *text, size_t len)
{
	memcpy(dst, text, len);
	return len;
}

size_t frame_put_int(char *dst, int64_t n)
{
	char digits[20];
	size_t len = 0;

	do {
		digits[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	for (size_t i = 0; i < len; i++)
		dst[i] = digits[len - 1 - i];
	return len;
}

static size_t websocket_head(char *dst, int64_t index, size_t len)
{
	(void)index;
	return ws_head((uint8_t *)dst, WS_TEXT, len);
}

static size_t event_stream_head(char *dst, int64_t index, size_t len)
{
	size_t n = 0;

	(void)len;
	if (index) {
		n = put(dst, "id: ", 4);
		n += frame_put_int(dst + n, index);
		dst[n++] = '\n';
	}
	return n + put(dst + n, "data: ", 6);
}

static void event_stream_retry(struct http_conn *h, int64_t ms)
{
	char line[OUT_HEAD_MAX];
	size_t n = put(line, "retry: ", 7);

	n += frame_put_int(line + n, ms);
	n += put(line + n, END, sizeof(END) - 1);
	out_put(&h->conn, OUT_PLAIN, line, n, NULL, 0);
}

const struct framing framing_websocket = {
	.head = websocket_head,
	.close = ws_conn_close,
};

const struct framing framing_event_stream = {
	.head = event_stream_head,
	.end_len = sizeof(END) - 1,
	.retry = event_stream_retry,
};

struct chunk *frame_chunk(struct str a, struct str b)
{
	struct chunk *chunk = chunk_new(a.len + b.len + sizeof(END) - 1);
	size_t n = 0;

	if (a.len)
		n = put(chunk->p, a.p, a.len);
	if (b.len)
		n += put(chunk->p + n, b.p, b.len);
	memcpy(chunk->p + n, END, sizeof(END) - 1);
	return chunk;
}

struct str frame_chunk_text(const struct chunk *chunk)
{
	return (struct str){ chunk->p, chunk->len - (sizeof(END) - 1) };
}

bool frame_put(struct http_conn *h, enum out_class class, int64_t index,
    struct str open, struct chunk *chunk)
{
	const struct framing *framing = http_framing(h);
	char head[OUT_HEAD_MAX];
	size_t text_len = frame_chunk_text(chunk).len, n;

	BUG_ON(open.len > FRAME_OPEN_MAX);
	n = framing->head(head, index, open.len + text_len);
	if (open.len)
		n += put(head + n, open.p, open.len);
	return out_put(&h->conn, class, head, n, chunk,
	    text_len + framing->end_len);
}

void frame_send(struct http_conn *h, struct str text)
{
	const struct framing *framing = http_framing(h);
	char head[OUT_HEAD_MAX];
	struct chunk *chunk;
	size_t n;

	if (!framing)
		return;
	/* A short one needs no chunk. */
	n = framing->head(head, 0, text.len);
	if (n + text.len + framing->end_len <= sizeof(head)) {
		n += put(head + n, text.p, text.len);
		n += put(head + n, END, framing->end_len);
		out_put(&h->conn, OUT_PLAIN, head, n, NULL, 0);
		return;
	}
	chunk = frame_chunk(text, STR_NONE);
	frame_put(h, OUT_PLAIN, 0, STR_NONE, chunk);
	chunk_unref(&chunk);
}
