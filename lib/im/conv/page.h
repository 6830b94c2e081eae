/*
 * page: ranges of a log, for those who read history.
 *
 * Entries are read in blocks of PAGE_BLOCK.  A block that the log has filled
 * is cached under h:<conv_id>:<block>, numbered by the last_index that the
 * log had when it was read.  A stored entry changes only together with
 * conv_seq.changed_index, so a block with that number or a higher one is what
 * the rows say, whatever memcached has lost or kept: the number that it is
 * compared with comes from the database, in the same request.  Whoever
 * changes an entry in place raises changed_index in the same transaction.
 */
#ifndef IM_PAGE_H
#define IM_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "io/cache.h"
#include "io/db.h"

#define PAGE_BLOCK 32

/* Entries lo..hi of c, as it was read in this request; ascending, hi at most
 * its last_index.  cache may be NULL. */
int page_read(struct db *db, struct cache *cache, struct arena *a,
    const struct conv *c, int64_t lo, int64_t hi, struct entry **out,
    size_t *n_out, struct error *err);

#endif
