/*
 * http_client: HTTP requests to other hosts, several at once; the only place
 * that calls libcurl.
 *
 * A client belongs to one thread and keeps its connections.  It follows no
 * redirect and uses no proxy of the environment.
 */
#ifndef IO_HTTP_CLIENT_H
#define IO_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct http_client;

struct http_client *http_client_new(void);
void http_client_free(struct http_client **c);

/* A POST. */
struct http_call {
	struct str url; /* http or https */
	struct str content_type, body;
	size_t answer_max;
	int status;        /* out: 0: there is no whole answer */
	struct str answer; /* out: in the arena */
};

/* A whole answer, with a status of success. */
bool http_call_is_ok(const struct http_call *call);

/* Returns when all have ended, after timeout_ms at the latest. */
void http_client_run(struct http_client *c, struct arena *a,
    struct http_call *calls, size_t n, int timeout_ms);

#endif
