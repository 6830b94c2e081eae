/*
 * fcgi_client: requests to the FastCGI services, on the loop.
 *
 * One Unix connection per request; per service a bound on how many are on
 * their way, and a queue behind it.  Every call is answered exactly once, by
 * its callback, never from within fcgi_call(): by the service, or, when that
 * is away, full, too slow or ends at work, by a problem document with the
 * status that the API demands (503 `busy`; `uncertain` when a request that
 * changes something may have been carried out).  A read whose service ended
 * at work is tried once more.
 */
#ifndef LIVE_FCGI_CLIENT_H
#define LIVE_FCGI_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"
#include "gateway/fcgi_record.h"
#include "gateway/service.h"

/*
 * The answer lives until the callback returns.
 */
typedef void fcgi_done(void *ctx, const struct cgi_answer *answer);

struct fcgi_call {
	enum service service;
	const char *method;
	struct str uri;     /* path?query, as it goes to the service */
	struct str body;    /* JSON; empty: none */
	int64_t session_id; /* 0: none is vouched for */
	bool internal;      /* opens /internal/ routes */
	/* Headers of the client; STR_NONE: not given. */
	struct str authorization, act_as, idempotency_key, if_match;
	struct str origin;
	struct str request_id, remote_addr;
	fcgi_done *done;
	void *ctx;
};

void fcgi_start(uv_loop_t *loop);
/* Everything is copied. */
void fcgi_call(const struct fcgi_call *call);
/* Requests without an answer so far, queued ones included. */
size_t fcgi_open_calls(void);
/* Descriptors that calls may use at a time. */
size_t fcgi_descriptors(void);

#endif
