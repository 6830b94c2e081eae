/* append_batch: one combined transaction of im/append. */
#ifndef IM_APPEND_BATCH_H
#define IM_APPEND_BATCH_H

#include "im/conv/append.h"

/*
 * Decides and writes n requests; fills result, error, entry of each.
 *
 * waits: for logs that others have locked; otherwise their requests end with
 * `locked`, undecided.  uncertain: the answer to an earlier COMMIT of these
 * requests was lost, so they are looked up first.
 */
int append_batch(struct db *db, struct arena *a,
    struct append_request *const *rqs, size_t n, bool waits, bool uncertain,
    struct error *err);

#endif
