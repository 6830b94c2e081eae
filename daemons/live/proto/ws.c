#include "proto/ws.h"

#include <stdlib.h>
#include <wslay/wslay.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"

#define GUID      "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define SPARE_MAX 16

bool ws_key_is_valid(struct str key)
{
	return key.len == WS_KEY_LEN &&
	       str_is_alnum_or((struct str){ key.p, 21 }, "+/") &&
	       memchr("AQgw", key.p[21], 4) && key.p[22] == '=' &&
	       key.p[23] == '=';
}

void ws_accept(char dst[WS_ACCEPT_LEN + 1], struct str key)
{
	char text[WS_KEY_LEN + sizeof(GUID)];
	uint8_t hash[20];
	static struct arena a;
	struct str base64;

	BUG_ON(key.len != WS_KEY_LEN);
	memcpy(text, key.p, WS_KEY_LEN);
	memcpy(text + WS_KEY_LEN, GUID, sizeof(GUID));
	crypto_sha1(hash, str_of(text));
	base64 = crypto_base64(&a, hash, sizeof(hash));
	BUG_ON(base64.len != WS_ACCEPT_LEN);
	memcpy(dst, base64.p, WS_ACCEPT_LEN);
	dst[WS_ACCEPT_LEN] = '\0';
	arena_rewind(&a);
}

size_t ws_head(uint8_t dst[WS_HEAD_MAX], enum ws_opcode op, size_t len)
{
	dst[0] = (uint8_t)(0x80 | op);
	if (len < 126) {
		dst[1] = (uint8_t)len;
		return 2;
	}
	if (len < 65536) {
		dst[1] = 126;
		dst[2] = (uint8_t)(len >> 8);
		dst[3] = (uint8_t)len;
		return 4;
	}
	dst[1] = 127;
	for (int i = 0; i < 8; i++)
		dst[2 + i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
	return 10;
}

size_t ws_close_payload(uint8_t dst[WS_CONTROL_MAX], int code,
    struct str reason)
{
	size_t len = reason.len < WS_CONTROL_MAX - 2 ? reason.len
						     : WS_CONTROL_MAX - 2;

	dst[0] = (uint8_t)(code >> 8);
	dst[1] = (uint8_t)code;
	if (len)
		memcpy(dst + 2, reason.p, len);
	return len + 2;
}

/* ---- reading ---- */

struct ws_reader {
	wslay_frame_context_ptr frames;
	const uint8_t *in; /* of the present feed */
	size_t in_len;
	uint64_t given, used; /* bytes consumed by wslay; of complete frames */
	uint64_t frame_got;   /* payload bytes of the present frame */
	bool in_frame, in_message;
	struct buf message;
	uint8_t control[WS_CONTROL_MAX];
	size_t control_len;
	struct buf rest;        /* of the input, when the budget was used up */
	struct ws_reader *next; /* in the list of spare readers */
};

static struct ws_reader *spare;
static int n_spare;

static ssize_t on_recv(uint8_t *dst, size_t len, int flags, void *ctx)
{
	struct ws_reader *r = ctx;

	(void)flags;
	if (!r->in_len)
		return -1;
	if (len > r->in_len)
		len = r->in_len;
	memcpy(dst, r->in, len);
	r->in += len;
	r->in_len -= len;
	r->given += len;
	return (ssize_t)len;
}

static struct ws_reader *reader_new(void)
{
	static const struct wslay_frame_callbacks callbacks = {
		.recv_callback = on_recv,
	};
	struct ws_reader *r = spare;

	if (r) {
		spare = r->next;
		n_spare--;
		return r;
	}
	r = calloc(1, sizeof(*r));
	if (!r || wslay_frame_context_init(&r->frames, &callbacks, r) != 0)
		die(EX_OSERR, "out of memory");
	buf_init(&r->message);
	buf_init(&r->rest);
	return r;
}

void ws_reader_free(struct ws_reader **r)
{
	if (!*r)
		return;
	wslay_frame_context_free((*r)->frames);
	buf_release(&(*r)->message);
	buf_release(&(*r)->rest);
	free(*r);
	*r = NULL;
}

/* Only a reader between two messages can serve another connection. */
static void reader_spare(struct ws_reader *r)
{
	if (n_spare == SPARE_MAX) {
		ws_reader_free(&r);
		return;
	}
	buf_shrink(&r->message, 0);
	buf_shrink(&r->rest, 0);
	r->given = r->used = 0;
	r->next = spare;
	spare = r;
	n_spare++;
}

/* 0, or the code to close with. */
static int check_start(const struct ws_reader *r,
    const struct wslay_frame_iocb *f)
{
	if (!f->mask || f->rsv)
		return WS_PROTOCOL;
	switch (f->opcode) {
	case WS_CLOSE:
	case WS_PING:
	case WS_PONG:
		return f->payload_length > WS_CONTROL_MAX ? WS_PROTOCOL : 0;
	case WS_BINARY:
		return r->in_message ? WS_PROTOCOL : WS_UNSUPPORTED;
	case WS_TEXT:
		if (r->in_message)
			return WS_PROTOCOL;
		break;
	case WS_CONTINUATION:
		if (!r->in_message)
			return WS_PROTOCOL;
		break;
	default:
		return WS_PROTOCOL;
	}
	if (f->payload_length > WS_MESSAGE_MAX - r->message.len)
		return WS_TOO_BIG;
	return 0;
}

static bool code_is_valid(int code)
{
	return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 &&
		   code != 1006) ||
	       (code >= 3000 && code <= 4999);
}

static int on_close(struct ws_reader *r, const struct ws_sink *sink, void *ctx)
{
	struct str reason = { (const char *)r->control + 2, 0 };
	int code = WS_NO_CODE;

	if (r->control_len == 1)
		return WS_PROTOCOL;
	if (r->control_len) {
		code = r->control[0] << 8 | r->control[1];
		reason.len = r->control_len - 2;
		if (!code_is_valid(code))
			return WS_PROTOCOL;
		if (!str_is_utf8(reason))
			return WS_BAD_TEXT;
	}
	sink->close(ctx, code);
	return -1;
}

/* 0 to continue, -1 to stop, or the code to close with. */
static int on_control(struct ws_reader *r, int opcode,
    const struct ws_sink *sink, void *ctx)
{
	struct str payload = { (const char *)r->control, r->control_len };

	if (opcode == WS_CLOSE)
		return on_close(r, sink, ctx);
	if (opcode == WS_PING)
		return sink->ping(ctx, payload) ? 0 : -1;
	return sink->pong(ctx) ? 0 : -1;
}

static int on_message(struct ws_reader *r, struct str text,
    const struct ws_sink *sink, void *ctx)
{
	bool more;

	r->in_message = false;
	if (!str_is_utf8(text))
		return WS_BAD_TEXT;
	more = sink->text(ctx, text);
	buf_clear(&r->message);
	return more ? 0 : -1;
}

static int on_piece(struct ws_reader *r, const struct wslay_frame_iocb *f,
    const struct ws_sink *sink, void *ctx)
{
	struct str piece = { (const char *)f->data, f->data_length };
	bool control = wslay_is_ctrl_frame(f->opcode), ends;

	r->frame_got += piece.len;
	ends = r->frame_got == f->payload_length;
	if (control) {
		if (piece.len)
			memcpy(r->control + r->control_len, piece.p, piece.len);
		r->control_len += piece.len;
		return ends ? on_control(r, f->opcode, sink, ctx) : 0;
	}
	r->in_message = true;
	/* A message that arrived in one piece needs no copy. */
	if (ends && f->fin && !r->message.len)
		return on_message(r, piece.p ? piece : STR(""), sink, ctx);
	buf_str(&r->message, piece);
	if (ends && f->fin)
		return on_message(r, buf_view(&r->message), sink, ctx);
	return 0;
}

static uint64_t head_len(const struct wslay_frame_iocb *f)
{
	return 2 + 4 +
	       (f->payload_length < 126        ? 0
		   : f->payload_length < 65536 ? 2
					       : 8);
}

static void charge(uint32_t *budget, uint64_t payload_len)
{
	uint64_t cost = 1 + payload_len / WS_COST_BYTES;

	if (budget)
		*budget -= cost < *budget ? (uint32_t)cost : *budget;
}

/* 1: progress; 0: needs more bytes; -1: stopped; or the code to close with. */
static int step(struct ws_reader *r, uint32_t *budget,
    const struct ws_sink *sink, void *ctx)
{
	struct wslay_frame_iocb f = { .fin = 0 };
	ssize_t n = wslay_frame_recv(r->frames, &f);
	int rc;

	if (n == WSLAY_ERR_PROTO)
		return WS_PROTOCOL;
	if (n < 0)
		return r->in_len ? WS_PROTOCOL : 0;
	if (!r->in_frame) {
		rc = check_start(r, &f);
		if (rc)
			return rc;
		r->in_frame = true;
		r->frame_got = r->control_len = 0;
	}
	rc = on_piece(r, &f, sink, ctx);
	if (r->frame_got == f.payload_length) {
		r->in_frame = false;
		r->used += head_len(&f) + f.payload_length;
		charge(budget, f.payload_length);
	}
	return rc ? rc : 1;
}

/* Makes p, after the rest of an earlier feed, the input. */
static void begin_input(struct ws_reader *r, const uint8_t *p, size_t n)
{
	if (r->rest.len) {
		buf_add(&r->rest, p, n);
		p = (const uint8_t *)r->rest.p;
		n = r->rest.len;
	}
	r->in = p;
	r->in_len = n;
}

/* Keeps what the budget has left over. */
static void end_input(struct ws_reader *r)
{
	struct buf old = r->rest;

	buf_init(&r->rest);
	buf_add(&r->rest, r->in, r->in_len);
	buf_release(&old);
	r->in = NULL;
	r->in_len = 0;
}

int ws_feed(struct ws_reader **keep, const uint8_t *p, size_t n,
    uint32_t *budget, const struct ws_sink *sink, void *ctx)
{
	struct ws_reader *r = *keep ? *keep : reader_new();
	int rc;

	*keep = NULL;
	begin_input(r, p, n);
	do {
		rc = step(r, budget, sink, ctx);
	} while (rc == 1 && (!budget || *budget));
	if (rc == 1)
		rc = 0;
	if (r->in_len || r->rest.len)
		end_input(r);
	if (rc)
		ws_reader_free(&r);
	else if (r->given == r->used && !r->in_message && !r->rest.len)
		reader_spare(r);
	else
		*keep = r;
	return rc > 0 ? rc : 0;
}
