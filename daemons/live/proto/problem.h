/* problem: the problem documents (RFC 9457) that im-live writes itself. */
#ifndef LIVE_PROBLEM_H
#define LIVE_PROBLEM_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* What a client is told to wait when the failure itself says nothing. */
#define PROBLEM_RETRY_MS 1000

/* 0 when a repeat is of no use. */
int32_t problem_retry_ms(const struct error *err);

/* Appends the document. */
void problem_write(struct buf *out, const struct error *err,
    struct str request_id);

#endif
