/*
 * cors: the headers that allow cross-origin requests (http/cors.h).  There are
 * no cookies, so credentials mode is never allowed.
 */
#ifndef WEB_CORS_H
#define WEB_CORS_H

#include "web/web.h"

/* Whether this OPTIONS is a CORS preflight. */
bool web_cors_is_preflight(const struct web_request *rq);

/* Answers 204 with the allowed methods and headers, or -1 FORBIDDEN. */
int web_cors_preflight(struct web_request *rq, struct str methods,
    struct error *err);

/* Adds the headers of an actual (not preflight) answer. */
void web_cors_answer(struct web_request *rq);

#endif
