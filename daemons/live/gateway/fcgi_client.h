/*
 * fcgi_client: requests to the FastCGI services, on the loop.
 *
 * Over Unix connections that are kept (fcgi_link.h); per service, a bound on
 * concurrent requests and a queue (call_queue.h).  The callback of every call
 * is called exactly once, never within fcgi_call(): with the service's answer
 * or, if the service is down, busy, too slow or dies, with a problem document
 * (503 `busy`, or `uncertain` if a request that changes something may have been
 * executed).  What the service has not looked at when it dies is retried once,
 * and so is a read.
 *
 * A call of a connection that ends before the service was asked is dropped: the
 * service is not asked, and the callback gets `busy`.
 */
#ifndef LIVE_FCGI_CLIENT_H
#define LIVE_FCGI_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"
#include "gateway/fcgi_record.h"
#include "gateway/service.h"

/* The answer is valid until the callback returns. */
typedef void fcgi_done(void *ctx, const struct cgi_answer *answer);

struct fcgi_call {
	enum service service;
	const char *method;
	struct str uri;     /* path?query, passed on unchanged */
	struct str body;    /* JSON; may be empty */
	int64_t session_id; /* passed as IM_SESSION; 0: none */
	int64_t user_id;    /* whose turn it waits for; 0: nobody's */
	uint64_t conn_id;   /* dropped when this connection ends; 0: never */
	bool opening;       /* of a connection: waits in their line */
	bool internal;      /* passes IM_INTERNAL, for /internal/ routes */
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
/* How long an opening would wait for the service, as far as is known. */
int64_t fcgi_wait_ms(enum service service);
/* How often the service begins a call when it is busy: one in so many ms. */
double fcgi_pace_ms(enum service service);
/* The number of unanswered requests, including queued ones. */
size_t fcgi_open_calls(void);
/* The number of descriptors that calls may use at a time. */
size_t fcgi_descriptors(void);

#endif
