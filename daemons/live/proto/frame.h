/*
 * frame: JSON text as one frame of a WebSocket or of an event stream.
 *
 * The text of a frame is in two parts: `open`, a few bytes of this
 * connection's own, and the text of a chunk, which many connections share.
 * What ends a frame on an event stream follows the text in the chunk, so
 * that one chunk serves both kinds.
 */
#ifndef LIVE_FRAME_H
#define LIVE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "net/chunk.h"
#include "net/out.h"
#include "proto/http_conn.h"

/* `{"event":{"user_index":`, 19 digits, a comma. */
#define FRAME_OPEN_MAX 48

struct framing {
	/* What precedes `len` bytes of text; index: the event's, or 0.  At
	 * most OUT_HEAD_MAX - FRAME_OPEN_MAX bytes; how many. */
	size_t (*head)(char *dst, int64_t index, size_t len);
	/* How many bytes behind the text of a chunk belong to the frame. */
	size_t end_len;
	/* Puts the last frame, if this kind has one. */
	void (*close)(struct http_conn *h, int code, struct str reason);
};

extern const struct framing framing_websocket, framing_event_stream;

/* a and b and what ends a frame; the caller owns it. */
struct chunk *frame_chunk(struct str a, struct str b);
/* Without what ends a frame. */
struct str frame_chunk_text(const struct chunk *chunk);

/* n in digits; how many. */
size_t frame_put_int(char *dst, int64_t n);

/* As out_put(); chunk is made by frame_chunk(). */
bool frame_put(struct http_conn *h, enum out_class class, int64_t index,
    struct str open, struct chunk *chunk);

/* A whole text, which is copied.  Without framing nothing is sent. */
void frame_send(struct http_conn *h, struct str text);

#endif
