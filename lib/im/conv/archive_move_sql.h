/* archive_move_sql: the statements of im/archive_move. */
#ifndef IM_ARCHIVE_MOVE_SQL_H
#define IM_ARCHIVE_MOVE_SQL_H

#include "im/conv/archive_move.h"
#include "im/conv/archive_row.h"
#include "im/conv/segment.h"

int archive_move_sql_logs(struct db *db, struct arena *a, int64_t after_id,
    int64_t limit, struct archive_log **out, size_t *n_out, struct error *err);

struct archive_limits {
	int64_t done_index;    /* of all consumers */
	int64_t waiting_index; /* of the first that waits to be read; 0: none */
};
int archive_move_sql_limits(struct db *db, struct arena *a, int64_t conv_id,
    struct archive_limits *out, struct error *err);

struct archive_range {
	int64_t conv_id, lo, hi;
};
/* The rows, locked. */
int archive_move_sql_rows(struct db *db, struct arena *a,
    const struct archive_range *range, struct segment_entry **out,
    size_t *n_out, struct error *err);
/* Deletes n entries and their bodies. */
int archive_move_sql_drop_rows(struct db *db, const struct archive_range *range,
    const struct db_expect *entries, struct error *err);
int archive_move_sql_put_rows(struct db *db, const struct segment_entry *list,
    size_t n, struct error *err);

int archive_move_sql_put(struct db *db, const struct archive_row *row,
    struct error *err);
int archive_move_sql_put_senders(struct db *db, const struct archive_sender *s,
    size_t n, struct error *err);
struct archive_place {
	int64_t conv_id, client_hash, conv_index, msg_id;
};
int archive_move_sql_put_places(struct db *db, const struct archive_place *p,
    size_t n, struct error *err);
/* Deletes the segment that ends there, and what finds its entries. */
int archive_move_sql_drop(struct db *db, const struct archive_row *row,
    const struct archive_place *p, size_t n, struct error *err);

/* log_base: the counts up to to_index. */
int archive_move_sql_put_bases(struct db *db, const struct archive_sender *s,
    size_t n, struct error *err);
/* log_base as segment_sender and segment say at the new archived_index, of
 * which it has row->from_index - 1. */
int archive_move_sql_reset_bases(struct db *db, const struct archive_row *row,
    struct error *err);
int archive_move_sql_raise(struct db *db, int64_t conv_id, int64_t from,
    int64_t to, struct error *err);

#endif
