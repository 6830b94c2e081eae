/*
 * cors: the headers that let pages of other origins call (http/cors.h).
 * There are no cookies, so credentials mode is never allowed.
 */
#ifndef WEB_CORS_H
#define WEB_CORS_H

#include "web/web.h"

/* Whether this OPTIONS asks on behalf of a page. */
bool web_cors_is_preflight(const struct web_request *rq);

/* 204 with what is allowed, or -1 with FORBIDDEN. */
int web_cors_preflight(struct web_request *rq, struct str methods,
    struct error *err);

/* Headers of an actual answer. */
void web_cors_answer(struct web_request *rq);

#endif
