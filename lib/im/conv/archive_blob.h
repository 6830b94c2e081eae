/* archive_blob: the bytes of a segment's row, and what they hold. */
#ifndef IM_ARCHIVE_BLOB_H
#define IM_ARCHIVE_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/archive_row.h"
#include "im/conv/segment.h"

/* Of zstd: for a job at night, and while somebody waits. */
enum { ARCHIVE_QUICK = 1, ARCHIVE_SMALL = 9 };

/*
 * The entries of a row, whose indexes say how many.  False: the checksum is
 * wrong, the form is, or it holds other entries than the row says.
 */
bool archive_blob_open(struct arena *a, const struct archive_row *row,
    struct segment_entry **out);

/*
 * Sets raw_bytes, checksum and content of the row, and reads them again:
 * INTERNAL if that gives other entries.
 */
int archive_blob_make(struct arena *a, struct segment_entry *list, size_t n,
    int level, struct archive_row *row, struct error *err);

#endif
