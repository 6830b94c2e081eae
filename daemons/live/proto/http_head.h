/*
 * http_head: incremental parser of the head of an HTTP/1 request.
 *
 * http_parser implements the grammar (RFC 9112), head_form what it is lax
 * about; this module bounds the length, asks for one Host (section 3.2) and at
 * most one Authorization and Last-Event-ID, keeps the text and finds headers by
 * name.  What follows the head, a body or another protocol, is left to the
 * caller.
 *
 * Owns its memory; returned struct str are valid until the next feed or the
 * release.
 */
#ifndef LIVE_HTTP_HEAD_H
#define LIVE_HTTP_HEAD_H

#include <http_parser.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "proto/head_form.h"

#define HTTP_HEAD_MAX    16384
#define HTTP_HEADERS_MAX 64

struct http_span {
	uint32_t at, len;
};

struct http_head {
	http_parser parser;
	struct head_form form;
	struct buf text; /* target, names and values, end to end */
	struct http_span target;
	struct http_span names[HTTP_HEADERS_MAX], values[HTTP_HEADERS_MAX];
	size_t n_headers;
	size_t fed;
	bool in_value, complete, overflow;
};

void http_head_init(struct http_head *h);
void http_head_release(struct http_head *h);

/*
 * Parses up to n bytes.  1: complete, *used_out bytes belong to the head; 0:
 * more input needed; -1: HEADERS_TOO_LARGE or INVALID_ARGUMENT.
 */
int http_head_feed(struct http_head *h, const char *p, size_t n,
    size_t *used_out, struct error *err);

const char *http_head_method(const struct http_head *h);
struct str http_head_target(const struct http_head *h);
/* The first header of this name, or STR_NONE. */
struct str http_head_get(const struct http_head *h, const char *name);
/* How many headers of this name there are. */
size_t http_head_count(const struct http_head *h, const char *name);
/* Whether a comma list, in one or several headers, contains the token, ignoring
 * case. */
bool http_head_has(const struct http_head *h, const char *name,
    const char *token);

#endif
