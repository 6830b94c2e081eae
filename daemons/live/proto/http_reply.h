/*
 * http_reply: HTTP answers of im-live itself.  Each ends its connection, except
 * the two that start a stream of frames (http_reply_upgrade and
 * http_reply_stream).
 */
#ifndef LIVE_HTTP_REPLY_H
#define LIVE_HTTP_REPLY_H

#include "base/err.h"
#include "base/str.h"
#include "proto/http_conn.h"

struct http_reply {
	int status;
	struct str type; /* of the body */
	struct str body;
	struct str retry_after; /* seconds, or STR_NONE */
	const char *more;       /* further header lines, each with CRLF */
};

/* why: for the log. */
void http_reply_send(struct http_conn *h, const struct http_reply *r,
    const char *why);
/* A problem document; more as above, or NULL. */
void http_reply_problem(struct http_conn *h, const struct error *err,
    const char *more);
/* 200 to HEAD, where the length of GET's body is unknown. */
void http_reply_head(struct http_conn *h, const char *type);
/* 204 for a preflight. */
void http_reply_preflight(struct http_conn *h);

/* 101; key: of the request; protocol: select imcloud.v1? */
void http_reply_upgrade(struct http_conn *h, struct str key, bool protocol);
/* 200 of an event stream, and its first lines. */
void http_reply_stream(struct http_conn *h);

#endif
