/*
 * fcgi_record: encodes and parses the client side of the FastCGI protocol
 * (version 1, one request at a time on a connection); does no I/O.
 *
 * Source: "FastCGI Specification", Open Market, 1996.
 */
#ifndef LIVE_FCGI_RECORD_H
#define LIVE_FCGI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/fcgi.h"

#define FCGI_ANSWER_MAX (16 * 1024 * 1024)

/* ---- request ---- */

/* Appends an encoded name-value pair to params. */
void fcgi_param(struct buf *params, const char *name, struct str value);
/* A whole request: begin, params, body. */
void fcgi_encode(struct buf *out, struct str params, struct str body);

/* ---- answer ---- */

struct fcgi_reader {
	uint8_t head[FCGI_HEAD_LEN];
	size_t head_len;
	size_t content_left, padding_left;
	struct buf out; /* the bytes of stdout */
	bool ended;
};

void fcgi_reader_init(struct fcgi_reader *r);
void fcgi_reader_release(struct fcgi_reader *r);
/* 1: the request has ended; 0: more input needed; -1: not FastCGI, or the
 * answer is longer than FCGI_ANSWER_MAX. */
int fcgi_reader_feed(struct fcgi_reader *r, const char *p, size_t n);

/* The CGI answer (RFC 3875 section 6) in the bytes of stdout. */
struct cgi_answer {
	int status;
	struct str content_type, retry_after, allow_origin;
	struct str body;
	bool dropped; /* the service was not asked: nobody waits */
};
/* False if it is invalid; the parts point into text. */
bool cgi_answer_parse(struct str text, struct cgi_answer *out);

#endif
