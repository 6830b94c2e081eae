/*
 * huawei_answer: what Push Kit answers.
 *
 * What an answer means is in its code, whatever the status; that counts where
 * there is no code.  Where a token is refused, msg is JSON in a text: a list of
 * v1 and v2, {"illegal_tokens":[...]}, and lists by reason of v3,
 * {"illegalTokens":{"noRight":[...]}} (Push Kit, REST API, response codes).
 */
#ifndef PUSH_HUAWEI_ANSWER_H
#define PUSH_HUAWEI_ANSWER_H

#include "push/provider.h"

/* push_provider.judge */
void push_huawei_judge(struct arena *a, const struct push_answer *answer,
    const struct push_address *to, int64_t now_ms, struct push_outcome *out);

#endif
