/*
 * http_client_h2: many POSTs to few hosts over HTTP/2 (RFC 9113) and TLS,
 * submitted at any time and ended in any order.
 *
 * Every call ends exactly once, through its done(): with a whole answer, or
 * with none, by its time-out at the latest.  Without one, HTTP_H2_UNSENT means
 * that the host has got nothing of it; HTTP_H2_UNKNOWN that it may have, and
 * may have acted on it.  libcurl itself sends a call again that a connection
 * has not answered with a single byte when it closed, or whose stream the host
 * has refused: what is sent has to bear that.
 *
 * A pool is a set of connections.  Calls of different pools share none.  The
 * first call of a new connection goes alone; the others, and their time-outs,
 * begin when it has ended: a host may allow one stream until then.  No redirect
 * is followed and no proxy is used.  Everything belongs to one thread, which
 * ignores SIGPIPE.
 */
#ifndef IO_HTTP_CLIENT_H2_H
#define IO_HTTP_CLIENT_H2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct http_h2;
struct http_h2_pool;

struct http_h2_options {
	const char *ca_file; /* PEM, instead of the system's; NULL: those */
	int connections;     /* most to one host */
};

struct http_h2_header {
	const char *name;
	struct str value;
};

enum http_h2_end {
	HTTP_H2_ANSWERED,
	HTTP_H2_UNSENT,
	HTTP_H2_UNKNOWN,
};

struct http_h2_call {
	/* Of the caller, unchanged until done(). */
	struct str url; /* https */
	const struct http_h2_header *headers;
	size_t n_headers;
	struct str body;
	size_t answer_max; /* of its body; a longer one is no whole answer */
	int timeout_ms;
	void (*done)(struct http_h2_call *call);
	void *own;
	/* Out, valid during done(). */
	enum http_h2_end end;
	int status;
	struct str answer, retry_after;
	const char *why; /* there is no answer: a word */
	bool is_broken;  /* nor can its connection be expected to give others */
	struct http_h2_transfer *transfer;
};

struct http_h2 *http_h2_new(void);
/* After its pools. */
void http_h2_free(struct http_h2 **h);

/* ca_file is to live as long as the pool. */
struct http_h2_pool *http_h2_pool_new(struct http_h2 *h,
    const struct http_h2_options *o);
/* What is under way ends: HTTP_H2_UNKNOWN, unless nothing of it was sent. */
void http_h2_pool_free(struct http_h2_pool **p);

/* Not within done() of another pool's call. */
void http_h2_submit(struct http_h2_pool *p, struct http_h2_call *call);

/*
 * What is submitted from now on goes over new connections; what is under way
 * stays where it is.
 */
void http_h2_renew(struct http_h2_pool *p);
/* Whether the call was submitted before the last http_h2_renew(). */
bool http_h2_is_old(const struct http_h2_call *call);

/*
 * Sends and receives until a call has ended, timeout_ms have passed or a signal
 * has come.  Returns how many calls have ended.
 */
size_t http_h2_run(struct http_h2 *h, int timeout_ms);

#endif
