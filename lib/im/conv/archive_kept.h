/*
 * archive_kept: unpacked segments, for whoever reads many entries of several
 * logs in an order that meets each segment again and again.
 *
 * Invariant: an entry is what it is in the store at the time of the look: a
 * segment that was changed (archive_put()) or made again has another checksum,
 * which is compared each time, and is unpacked again.
 *
 * It belongs to one thread.  Over its bound those go first of which the last
 * entry was read, because such a walk is done with them, then the one that was
 * not read for the longest time; the one that is read may alone exceed it.
 */
#ifndef IM_ARCHIVE_KEPT_H
#define IM_ARCHIVE_KEPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "io/db.h"

extern const struct db_stmt *const archive_kept_statements[];

struct archive_kept;

/* bytes_max: of all that is kept, about. */
struct archive_kept *archive_kept_new(size_t bytes_max);
/* NULL is allowed. */
void archive_kept_free(struct archive_kept **k);

/*
 * Fills those of n entries that are archived, as archive_load(); refs are
 * ascending.  Texts are copied to a.  INTERNAL: a segment is damaged.
 */
int archive_kept_load(struct archive_kept *k, struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, struct entry *entries,
    struct error *err);

#endif
