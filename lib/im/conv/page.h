/*
 * page: reads ranges of a log, for history.
 *
 * Entries are read in blocks of PAGE_BLOCK.  The process keeps those that it
 * has read last (page_kept.h), and a full block is also in memcached, under
 * h:<conv_id>:<block>.  Its seq is the last_index of the log when it was read:
 * what it has is complete up to there.  A transaction that changes a stored
 * entry also raises conv_seq.changed_index, so a block whose seq is at least
 * changed_index is current, whatever is lost or kept: struct reader has the
 * changed_index of the log.  A message that expires has its time in the block;
 * one that burns (burn.h) is read again.
 */
#ifndef IM_PAGE_H
#define IM_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "im/conv/reader.h"
#include "io/cache.h"
#include "io/db.h"

#define PAGE_BLOCK 32

/* Entries lo..hi of the log of r, ascending; hi at most its last_index.  cache
 * may be NULL. */
int page_read(struct db *db, struct cache *cache, struct arena *a,
    const struct reader *r, int64_t lo, int64_t hi, struct entry **out,
    size_t *n_out, struct error *err);

/* Removes a block from memcached, where it need not be right, but should not
 * outlive its content. */
void page_forget(struct cache *cache, struct arena *a, int64_t conv_id,
    int64_t conv_index);

#endif
