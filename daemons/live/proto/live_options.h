/*
 * live_options: parses the query parameters of the live routes.
 *
 * Values are percent-decoded.  Unknown names, repeated names and bad values
 * are INVALID_ARGUMENT with the name as field.
 */
#ifndef LIVE_LIVE_OPTIONS_H
#define LIVE_LIVE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum live_route { LIVE_WS, LIVE_SSE, LIVE_POLL, LIVE_NONE };

#define OPTIONS_INDEX_MAX  ((INT64_C(1) << 53) - 1)
#define OPTIONS_WAIT_MAX_S 60

struct live_options {
	int64_t after;        /* -1: not given */
	struct str stream_id; /* STR_NONE: not given */
	struct str ticket;
	int64_t wait_s; /* poll; default 25 */
	int64_t limit;  /* poll; 0: not given */
	bool users;     /* poll */
	bool background;
	int64_t chat_id; /* in the foreground; 0: none */
};

/* The route of a path, or LIVE_NONE. */
enum live_route live_route_of(struct str path);

/* Also fills ticket if it fails for another parameter. */
int live_options_parse(struct arena *a, enum live_route route, struct str query,
    struct live_options *out, struct error *err);

/* Parses an index of a client: 0 to 2^53-1. */
bool live_options_index(struct str text, int64_t *out);

#endif
