/* append_run: what is done about a combined transaction that fails. */
#ifndef IM_APPEND_RUN_H
#define IM_APPEND_RUN_H

#include "im/conv/append_batch.h"

/*
 * Decides and writes n requests, as append_batch() does; every one that is not
 * `locked` has its outcome then.
 *
 * After a failure that another try does not mend, the batch is halved, until
 * the request that causes it stands alone: it gets the error, the others are
 * sent.  After a lost COMMIT the outcome is looked for up to uncertain_ms.
 */
void append_run(struct append_tools *tools, struct append_request *const *rqs,
    size_t n, bool waits, int64_t uncertain_ms);

#endif
