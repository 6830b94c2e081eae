/* archive_sql: the statements of im/archive. */
#ifndef IM_ARCHIVE_SQL_H
#define IM_ARCHIVE_SQL_H

#include <stdbool.h>

#include "im/conv/archive.h"
#include "im/conv/archive_row.h"

/* The segment that has an entry, if any has: 1, 0 or -1. */
int archive_sql_at(struct db *db, struct arena *a, const struct entry_ref *at,
    bool lock, struct archive_row *out, struct error *err);
/* Writes raw_bytes, checksum and content. */
int archive_sql_put(struct db *db, const struct archive_row *row,
    struct error *err);
/* ids: db_list() */
int archive_sql_by_ids(struct db *db, struct arena *a, struct str ids,
    struct entry_ref **out, size_t *n_out, struct error *err);
/* pairs: db_pairs() of (conv_id, client_hash) */
int archive_sql_by_hashes(struct db *db, struct arena *a, struct str pairs,
    struct entry_ref **out, size_t *n_out, struct error *err);

/* The newest row of the sender that ends below an index: 1, 0 or -1. */
int archive_sql_own_below(struct db *db, struct arena *a, int64_t below,
    struct archive_sender *io, struct error *err);
/* last_ms of the newest one in which they sent a message. */
int archive_sql_last_sent(struct db *db, struct arena *a,
    struct archive_sender *io, struct error *err);
int archive_sql_segments_of(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t above, int64_t limit, struct db_id **out,
    size_t *n_out, struct error *err);

#endif
