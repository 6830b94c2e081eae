/*
 * problem: problem documents (RFC 9457), the body of every error response.
 * Title and status of each code are in base/err.def.
 */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define HTTP_PROBLEM_TYPE "application/problem+json"

/*
 * How long the client should wait before it repeats the request; 0 if a repeat
 * does not help.  Where the error does not say, it is 1 to 2 s, by the request
 * id: the same in header and body, and another one for each client.  _s: in
 * seconds, for Retry-After.
 */
int32_t http_problem_retry_ms(const struct error *err, struct str request_id);
int32_t http_problem_retry_s(const struct error *err, struct str request_id);

/* Appends the document, without the detail of INTERNAL. */
void http_problem_write(struct buf *out, const struct error *err,
    struct str request_id);

#endif
