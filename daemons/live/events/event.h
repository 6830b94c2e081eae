/*
 * event: the text of an event, shared by all connections that get it.
 *
 * `{"event":{"user_index":N,` differs per connection; the members of the event
 * and what follows them are in one shared chunk.  The caller owns the chunks
 * that are returned here.
 */
#ifndef LIVE_EVENT_H
#define LIVE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "io/json_writer.h"
#include "net/chunk.h"
#include "proto/http_conn.h"

/* members: without braces and without user_index. */
struct chunk *event_chunk(struct str members);
/* The members in a chunk. */
struct str event_members(const struct chunk *chunk);

/* Puts an event on a stream; index 0: ephemeral.  False: no room. */
bool event_put(struct http_conn *h, int64_t index, struct chunk *chunk);
/* Puts an event that is a whole JSON object; always accepted. */
void event_put_object(struct http_conn *h, int64_t index, struct str object);

/* Begins an event of im-live itself with `type` and `at`; the caller adds
 * further members. */
void event_begin(struct json_writer *w, const char *type);
struct chunk *event_end(struct json_writer *w);

#endif
