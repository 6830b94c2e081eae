/* search_status: how far the search index is. */
#ifndef BATCH_SEARCH_STATUS_H
#define BATCH_SEARCH_STATUS_H

#include <stdint.h>

#include "io/fts.h"
#include "job/job.h"

/* Of the entries that were there when the building began; 100: built. */
int search_status_percent(struct fts *f, int64_t *percent_out,
    struct error *err);

/*
 * Prints a line for each file of a part:
 *   part=1 file=current state=built percent=100 documents=12 behind=0 dropped=0
 * documents: about; behind: entries above the cursors; dropped: documents that
 * were dropped since the last merge.
 */
int search_status(struct job *j, int part, struct error *err);

#endif
