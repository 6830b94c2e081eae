/*
 * cors: what pages of other origins are told (the Fetch standard, CORS
 * protocol).  Which origins may call is asked of the domain.
 */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include <stdbool.h>

#include "base/str.h"

/* Values of Access-Control-Allow-Headers, -Expose-Headers and -Max-Age. */
#define HTTP_CORS_HEADERS \
	"Authorization, Content-Type, Idempotency-Key, If-Match, Im-Act-As"
#define HTTP_CORS_EXPOSED "X-Request-Id, Retry-After, ETag"
#define HTTP_CORS_MAX_AGE "3600"

/*
 * Whether an Origin header may be repeated in
 * Access-Control-Allow-Origin: it is bounded and cannot end the line.
 */
bool http_cors_is_origin(struct str origin);

#endif
