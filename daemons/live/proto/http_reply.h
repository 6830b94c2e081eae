/*
 * http_reply: HTTP answers of im-live itself.  Each ends its connection, but
 * for the two that begin something long (http_reply_upgrade and _stream).
 */
#ifndef LIVE_HTTP_REPLY_H
#define LIVE_HTTP_REPLY_H

#include "base/err.h"
#include "base/str.h"
#include "net/conn.h"

struct http_reply {
	int status;
	struct str type; /* of the body */
	struct str body;
	struct str retry_after; /* seconds, or STR_NONE */
	const char *more;       /* further header lines, each with CRLF */
};

/* Why is for the log. */
void http_reply_send(struct conn *c, const struct http_reply *r,
    const char *why);
/* A problem document; more as above, or NULL. */
void http_reply_problem(struct conn *c, const struct error *err,
    const char *more);
/* 204 for a preflight. */
void http_reply_preflight(struct conn *c);

/* 101; key: of the request; protocol: select imcloud.v1? */
void http_reply_upgrade(struct conn *c, struct str key, bool protocol);
/* 200 of an event stream, and its first lines. */
void http_reply_stream(struct conn *c);

#endif
