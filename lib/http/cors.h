/*
 * cors: the constants of CORS (the Fetch standard).  Which origins are allowed
 * is decided by the domain.
 */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Values of Access-Control-Allow-Headers, -Expose-Headers and -Max-Age. */
#define HTTP_CORS_HEADERS \
	"Authorization, Content-Type, Idempotency-Key, If-Match, Im-Act-As"
#define HTTP_CORS_EXPOSED                                        \
	"X-Request-Id, Retry-After, ETag, Idempotent-Replayed, " \
	"RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
#define HTTP_CORS_MAX_AGE "3600"

/*
 * Whether an Origin header is safe to echo in Access-Control-Allow-Origin:
 * bounded in length and without characters that could end the line.
 */
bool http_cors_is_origin(struct str origin);

/*
 * What a request with n Origin headers, the first of which is `first`, says of
 * the page that sends it.  A header that cannot be understood is no missing
 * header: nothing is allowed to such a page.
 */
enum http_cors_page {
	HTTP_CORS_NO_PAGE,  /* no header: no browser, or the own origin */
	HTTP_CORS_PAGE,     /* `first`; whether it is allowed is to be asked */
	HTTP_CORS_BAD_PAGE, /* to be refused */
};
enum http_cors_page http_cors_page(size_t n, struct str first);

#endif
