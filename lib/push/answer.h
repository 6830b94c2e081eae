/*
 * answer: what the answers of all providers have in common.
 *
 * Pure, and for any bytes: an answer is of another host.
 */
#ifndef PUSH_ANSWER_H
#define PUSH_ANSWER_H

#include <jansson.h>

#include "push/provider.h"

#define PUSH_REASON_MAX      64
#define PUSH_RETRY_AFTER_MAX (INT64_C(24) * 3600 * 1000)

/* An object, released with the arena; NULL: the body is something else. */
const json_t *push_answer_json(struct arena *a,
    const struct push_answer *answer);

/*
 * What another host called it, as it may be stored and shown: printable ASCII,
 * at most PUSH_REASON_MAX bytes; other bytes become '?'.
 */
struct str push_reason(struct arena *a, struct str word);

/*
 * Retry-After (RFC 9110 section 10.2.3), seconds or a date, as ms from now, at
 * most PUSH_RETRY_AFTER_MAX; 0: there is none, or it is past.
 */
int64_t push_retry_after_ms(const struct push_answer *answer, int64_t now_ms);

#endif
