/* admin_archive_sql: the statements of im-admin archive. */
#ifndef ADMIN_ARCHIVE_SQL_H
#define ADMIN_ARCHIVE_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

struct admin_archived {
	int64_t conv_id, segments, entries, raw_bytes, bytes;
};
/* Conversations above after_id, ascending. */
int admin_archive_sql_convs(struct db *db, struct arena *a, int64_t after_id,
    int64_t limit, struct admin_archived **out, size_t *n_out,
    struct error *err);

/* What the store takes, with indexes, as its statistics estimate it. */
struct admin_store_size {
	int64_t entries, hot_bytes, cold_bytes;
};
int admin_archive_sql_size(struct db *db, struct arena *a,
    struct admin_store_size *out, struct error *err);

struct admin_segment {
	int64_t from_index, to_index, raw_bytes, bytes, made_ms;
};
/* Those that end above `after`, ascending. */
int admin_archive_sql_segments(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after, int64_t limit, struct admin_segment **out, size_t *n_out,
    struct error *err);

struct admin_hold {
	int64_t conv_id, since_ms, bodies;
	struct str reason;
};
/* conv_id 0: all of them. */
int admin_archive_sql_holds(struct db *db, struct arena *a, int64_t conv_id,
    struct admin_hold **out, size_t *n_out, struct error *err);
int admin_archive_sql_hold(struct db *db, int64_t conv_id, struct str reason,
    int64_t *n_out, struct error *err);
int admin_archive_sql_release(struct db *db, int64_t conv_id, int64_t *n_out,
    struct error *err);
/* What was kept for the hold, some of it: how much. */
int admin_archive_sql_drop_held(struct db *db, int64_t conv_id, int64_t *n_out,
    struct error *err);

struct admin_held {
	int64_t conv_index, version, at_ms;
	struct str content;
};
/* Behind a place, ascending. */
int admin_archive_sql_held(struct db *db, struct arena *a, int64_t conv_id,
    const struct admin_held *after, int64_t limit, struct admin_held **out,
    size_t *n_out, struct error *err);

#endif
