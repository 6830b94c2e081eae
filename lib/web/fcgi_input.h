/*
 * fcgi_input: parses the server side of the FastCGI protocol (version 1, one
 * request at a time, role RESPONDER) and frames answers; does no I/O.
 *
 * Records of other requests and of unknown types are skipped.  What a peer
 * makes this keep is bounded by FCGI_PARAMS_MAX and body_max.
 *
 * Source: "FastCGI Specification", Open Market, 1996.
 */
#ifndef WEB_FCGI_INPUT_H
#define WEB_FCGI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "http/fcgi.h"

#define FCGI_PARAMS_MAX (256 * 1024)
#define FCGI_EARLY_MAX  (64 * 1024)

struct fcgi_input {
	uint8_t head[FCGI_HEAD_LEN];
	size_t head_len;
	size_t content_left, padding_left;
	size_t begin_len; /* bytes of BEGIN_REQUEST that have arrived */
	uint16_t id;      /* 0: no request has begun */
	bool has_params, ended;
	bool keeps;      /* the peer has more requests for the connection */
	size_t body_max; /* what is kept; up to the caller when has_params */
	struct buf params, body;
};

void fcgi_input_init(struct fcgi_input *in);
void fcgi_input_release(struct fcgi_input *in);
/* After a request: for the next one.  Keeps memory of usual size. */
void fcgi_input_next(struct fcgi_input *in);

/*
 * Takes n bytes, at most FCGI_EARLY_MAX until has_params.  A peer that sends
 * more before it has the answer does not keep the connection.  -1: not FastCGI,
 * aborted, or too large.
 */
int fcgi_input_feed(struct fcgi_input *in, const char *p, size_t n);

/*
 * Calls param() for each parameter.  Values are in the arena and end with NUL.
 * False: the parameters are malformed.
 */
bool fcgi_input_params(const struct fcgi_input *in, struct arena *a,
    void (*param)(void *arg, struct str name, struct str value), void *arg);

/* ---- answer ---- */

struct fcgi_output {
	struct iovec *parts;
	int n_parts;
	size_t len; /* of all parts */
};

/* The records of an answer; in the arena, and pointing into the answer. */
void fcgi_output_frame(struct fcgi_output *out, struct arena *a, uint16_t id,
    struct str answer);

#endif
