/*
 * frame: sends JSON text as one frame of a WebSocket or event stream.
 *
 * The text of a frame is in two parts: `open`, a few bytes specific to the
 * connection, and the text of a chunk, which many connections share.  The end
 * of a frame on an event stream follows the text in the chunk, so that one
 * chunk serves both kinds.
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
	/* Writes what precedes `len` bytes of text; index: of the event, or 0.
	 * Returns the length, at most OUT_HEAD_MAX - FRAME_OPEN_MAX. */
	size_t (*head)(char *dst, int64_t index, size_t len);
	/* How many bytes after the text of a chunk belong to the frame. */
	size_t end_len;
	/* Puts the last frame, if this kind has one. */
	void (*close)(struct http_conn *h, int code, struct str reason);
	/* Tells the client's library when to reconnect, if it listens. */
	void (*retry)(struct http_conn *h, int64_t ms);
};

extern const struct framing framing_websocket, framing_event_stream;

/* A chunk of a, b and the end of a frame; the caller owns it. */
struct chunk *frame_chunk(struct str a, struct str b);
/* The text without the end of a frame. */
struct str frame_chunk_text(const struct chunk *chunk);

/* Writes n in decimal; returns the number of digits. */
size_t frame_put_int(char *dst, int64_t n);

/* Like out_put(); chunk: from frame_chunk(). */
bool frame_put(struct http_conn *h, enum out_class class, int64_t index,
    struct str open, struct chunk *chunk);

/* Sends a copy of a whole text; without framing, nothing. */
void frame_send(struct http_conn *h, struct str text);

#endif
