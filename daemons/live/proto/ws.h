/*
 * ws: the WebSocket protocol (RFC 6455), server side, without extensions.
 *
 * wslay's frame layer parses frames; reassembling messages, their bounds, UTF-8
 * and the rules of closing are here.  A connection between two messages needs
 * no memory: it borrows a reader (with 4 KiB of wslay's) only while a message
 * is incomplete.
 */
#ifndef LIVE_WS_H
#define LIVE_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define WS_MESSAGE_MAX 131072
#define WS_CONTROL_MAX 125
#define WS_COST_BYTES  4096
#define WS_KEY_LEN     24
#define WS_ACCEPT_LEN  28
#define WS_HEAD_MAX    10

enum ws_opcode {
	WS_CONTINUATION = 0,
	WS_TEXT = 1,
	WS_BINARY = 2,
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10,
};

/* Close codes (RFC 6455 section 7.4, and this API's own). */
enum ws_code {
	WS_NORMAL = 1000,
	WS_GOING_AWAY = 1001,
	WS_PROTOCOL = 1002,
	WS_UNSUPPORTED = 1003,
	WS_NO_CODE = 1005,
	WS_BAD_TEXT = 1007,
	WS_TOO_BIG = 1009,
	WS_RESTART = 1012,
	WS_TRY_AGAIN = 1013,
	WS_UNAUTHENTICATED = 4001,
	WS_ENDED = 4003,
	WS_SLOW = 4008,
	WS_REPLACED = 4009,
	WS_TOO_MANY = 4029,
};

/* ---- handshake ---- */

/* Base64 of 16 bytes. */
bool ws_key_is_valid(struct str key);
void ws_accept(char dst[WS_ACCEPT_LEN + 1], struct str key);

/* ---- writing ---- */

/* Writes the head of an unmasked, unfragmented frame; returns its length. */
size_t ws_head(uint8_t dst[WS_HEAD_MAX], enum ws_opcode op, size_t len);
/*
 * Writes the payload of a close frame, reason truncated to fit; returns its
 * length.
 */
size_t ws_close_payload(uint8_t dst[WS_CONTROL_MAX], int code,
    struct str reason);

/* ---- reading ---- */

struct ws_reader;

/* Callbacks for what arrives.  false: read no further. */
struct ws_sink {
	bool (*text)(void *ctx, struct str text);
	bool (*ping)(void *ctx, struct str payload);
	bool (*pong)(void *ctx);
	/* code: the peer's, or WS_NO_CODE. */
	void (*close)(void *ctx, int code);
};

/*
 * Consumes n bytes.  budget (NULL: no limit): what frames may cost before the
 * reader stops; what is left of it is stored, 0 if frames may be left over.
 * The reader keeps the rest: ws_feed() goes on with it, also with n = 0.  A
 * frame costs 1, and 1 more for every WS_COST_BYTES.
 *
 * *keep: the connection's reader, NULL at first, and
 * NULL again whenever the bytes end at the end of a message.  Returns 0, or the
 * code to close with after a protocol error.  After an error, a close frame or
 * a sink that returned false, ws_feed() must not be called again.
 */
int ws_feed(struct ws_reader **keep, const uint8_t *p, size_t n,
    uint32_t *budget, const struct ws_sink *sink, void *ctx);

void ws_reader_free(struct ws_reader **r);

#endif
