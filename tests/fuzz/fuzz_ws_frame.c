/*
 * Parsing WebSocket frames does not depend on how the bytes are split, and
 * keeps to the bounds of the protocol.
 */
#include <stdlib.h>

#include "proto/ws.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static bool on_text(void *ctx, struct str text)
{
	check(text.len <= WS_MESSAGE_MAX && str_is_utf8(text));
	buf_printf(ctx, "t%zu:", text.len);
	buf_str(ctx, text);
	return true;
}

static bool on_ping(void *ctx, struct str payload)
{
	check(payload.len <= WS_CONTROL_MAX);
	buf_printf(ctx, "p%zu:", payload.len);
	buf_str(ctx, payload);
	return true;
}

static bool on_pong(void *ctx)
{
	buf_cstr(ctx, "o");
	return true;
}

static void on_close(void *ctx, int code)
{
	check(code >= 1000 && code <= 4999);
	buf_printf(ctx, "c%d", code);
}

/* After a close nothing may be fed. */
static int feed(struct buf *heard, const uint8_t *p, size_t n, size_t step)
{
	static const struct ws_sink sink = { on_text, on_ping, on_pong,
		on_close };
	struct ws_reader *r = NULL;
	int code = 0;

	while (n && !code) {
		size_t piece = n < step ? n : step, before = heard->len;

		code = ws_feed(&r, p, piece, NULL, &sink, heard);
		p += piece;
		n -= piece;
		if (memchr(buf_view(heard).p + before, 'c',
			heard->len - before) &&
		    !r)
			break;
	}
	ws_reader_free(&r);
	return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t steps[] = { size ? size : 1, 1, 5 };
	struct buf heard[3];
	int code[3];

	for (int i = 0; i < 3; i++) {
		buf_init(&heard[i]);
		code[i] = feed(&heard[i], data, size, steps[i]);
		check(code[i] == 0 || code[i] == WS_PROTOCOL ||
		      code[i] == WS_UNSUPPORTED || code[i] == WS_BAD_TEXT ||
		      code[i] == WS_TOO_BIG);
	}
	for (int i = 1; i < 3; i++) {
		/* The sink stops at a text with the letter c. */
		if (memchr(buf_view(&heard[0]).p, 'c', heard[0].len))
			continue;
		check(code[i] == code[0]);
		check(str_eq(buf_view(&heard[i]), buf_view(&heard[0])));
	}
	for (int i = 0; i < 3; i++)
		buf_release(&heard[i]);
	return 0;
}
