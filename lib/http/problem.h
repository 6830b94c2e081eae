/*
 * problem: problem documents (RFC 9457), the body of every answer that
 * reports a failure.  err.def has what is fixed for each code.
 */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define HTTP_PROBLEM_TYPE "application/problem+json"

/*
 * How long the client is told to wait before it repeats the request; 0 when
 * a repeat does not help.  _s: for Retry-After, which counts in seconds.
 */
int32_t http_problem_retry_ms(const struct error *err);
int32_t http_problem_retry_s(const struct error *err);

/* Appends the document.  The detail of INTERNAL is for the log alone. */
void http_problem_write(struct buf *out, const struct error *err,
    struct str request_id);

#endif
