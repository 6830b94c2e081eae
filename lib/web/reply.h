/*
 * reply: the answer to a request, and its bytes in the form that CGI and
 * FastCGI share (RFC 3875 section 6).
 */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "web/web.h"

/* An empty answer with status 200; drops what was written before. */
void web_reply_reset(struct web_request *rq);

/* The headers that the status alone asks for; gzip where it pays. */
void web_reply_finish(struct web_request *rq);

/* Adds to Vary: the answer depends on this header of the request. */
void web_vary(struct web_request *rq, struct str header);

/* Appends head and body; no body to HEAD. */
void web_reply_render(const struct web_request *rq, struct buf *out);

/* The client's own if it is valid, or a new one. */
void web_request_id(struct web_request *rq);

/* Repeats an answer that was stored under an Idempotency-Key. */
void web_reply_replay(struct web_request *rq, int status, struct str body);

#endif
