/*
 * client_frame: parses a text frame of a client.
 *
 * A frame is one JSON object with one verb.  Its members are checked as
 * strictly as the API requires, but `id`, `body` and `ping` keep their text,
 * which is passed on to a service or back to the client unchanged.
 */
#ifndef LIVE_CLIENT_FRAME_H
#define LIVE_CLIENT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define CLIENT_PATH_MAX  4096
#define CLIENT_WATCH_MAX 500 /* users of one (un)subscription */

enum client_verb {
	CLIENT_REQUEST,
	CLIENT_ACK,
	CLIENT_STATE,
	CLIENT_SUBSCRIBE,
	CLIENT_UNSUBSCRIBE,
	CLIENT_PING,
};

struct client_frame {
	enum client_verb verb;
	struct str id;                 /* JSON text of the id; STR_NONE: none */
	struct str method, path, body; /* body: JSON text or STR_NONE */
	struct str idempotency_key, if_match;
	int64_t ack;
	bool background;
	int64_t chat_id; /* in the foreground; 0: none */
	const int64_t *users;
	size_t n_users;
	struct str ping; /* JSON text */
};

/* -1: INVALID_ARGUMENT; out->id is set if the frame has a valid one. */
int client_frame_parse(struct arena *a, struct str text,
    struct client_frame *out, struct error *err);

#endif
