/*
 * reply: builds the answer to a request and renders it for CGI and FastCGI (RFC
 * 3875 section 6).
 */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "web/web.h"

/* Resets the answer to an empty one with status 200. */
void web_reply_reset(struct web_request *rq);

/* Adds the headers that depend on the status; applies gzip where it helps. */
void web_reply_finish(struct web_request *rq);

/* Adds to Vary: the answer depends on this header of the request. */
void web_vary(struct web_request *rq, struct str header);

/* Appends head and body; no body to HEAD. */
void web_reply_render(const struct web_request *rq, struct buf *out);

/* Sets the request id: the client's if it is valid, or a new one. */
void web_request_id(struct web_request *rq);

/* Repeats an answer that was stored under an Idempotency-Key. */
void web_reply_replay(struct web_request *rq, int status, struct str body);

#endif
