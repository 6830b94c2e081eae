/*
 * page_kept: the blocks of history that a process has read last, for all its
 * threads.  Who reads what others read as well asks neither memcached nor the
 * database for it.
 *
 * A block is packed, with its seq, as in memcached, and has what the log had
 * at that seq: page.h says when it is current.  The table has a fixed number of
 * places; where they are taken, the block that was read longest ago is
 * forgotten.
 */
#ifndef IM_PAGE_KEPT_H
#define IM_PAGE_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define PAGE_KEPT_MAX       512
#define PAGE_KEPT_BYTES_MAX (32 * 1024) /* a longer block is not kept */

/* One of seq_min or higher; in the arena. */
bool page_kept_get(struct arena *a, int64_t conv_id, int64_t block,
    int64_t seq_min, struct str *packed_out);
/* Unless one of the same or a higher seq is there. */
void page_kept_put(int64_t conv_id, int64_t block, int64_t seq,
    struct str packed);

#endif
