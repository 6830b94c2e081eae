/* append_batch: one combined transaction of im/append. */
#ifndef IM_APPEND_BATCH_H
#define IM_APPEND_BATCH_H

#include "im/conv/append.h"

/*
 * Decides and writes n requests; fills result, error, entry of each.  After a
 * lost COMMIT it tries for up to uncertain_ms to find the outcome.
 */
void append_batch(struct db *db, struct arena *a,
    struct append_request *const *batch, size_t n, int64_t uncertain_ms);

#endif
