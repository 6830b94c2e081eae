/*
 * export: what im-export does for each export: one of a person or of a
 * conversation is written page by page into a file (export_file.h), which is
 * removed when it is old.
 *
 * A page is on disk before the row says so, in a transaction behind the job's
 * fence, so a worker that dies or has lost its lease leaves at most bytes that
 * the next one cuts off.  Memory is bounded by a page.
 */
#ifndef BATCH_EXPORT_H
#define BATCH_EXPORT_H

#include "job/source.h"

extern const struct job_source export_files;

#endif
