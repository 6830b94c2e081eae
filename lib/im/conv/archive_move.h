/*
 * archive_move: moves ranges of a log to the archive, and back.
 *
 * A piece is the oldest entries that are rows.  One transaction, which holds
 * the log, locks the rows, writes the segment and what finds its entries,
 * raises archived_index and log_base, and deletes the rows.  What was packed
 * is read again and compared with the rows before any is deleted.  So an entry
 * is always in one place: whoever dies leaves all or nothing, and a region that
 * replays the transaction has the segment when it loses the rows.
 *
 * Only what fan-out has passed may go; the search index reads segments.  A
 * message that waits to be read before it burns (burn.h) stays a row, and what
 * comes after it: its time is set without the lock of the log.
 */
#ifndef IM_ARCHIVE_MOVE_H
#define IM_ARCHIVE_MOVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const archive_move_statements[];

/* What may go. */
struct archive_rule {
	int64_t after_ms;  /* older than that; 0: none for its age */
	int64_t rows_max;  /* what is below so many newest ones; 0: none */
	int64_t rows_min;  /* so many newest ones stay in any case */
	int64_t piece;     /* entries of a segment */
	int64_t piece_min; /* it has more than fewer */
};

struct archive_log {
	int64_t conv_id, last_index, archived_index;
	int64_t oldest_ms; /* when the first entry that is a row was sent */
	int64_t now_ms;
};

/* Logs above after_id, ascending. */
int archive_logs(struct db *db, struct arena *a, int64_t after_id,
    int64_t limit, struct archive_log **out, size_t *n_out, struct error *err);
/* Whether a piece of it may go; fan-out may still have to pass it. */
bool archive_is_due(const struct archive_log *log,
    const struct archive_rule *rule);

struct archive_piece {
	int64_t from_index, to_index;
	int64_t raw_bytes, bytes; /* packed */
};

/* In a transaction: 1 moved a piece, 0 none may go. */
int archive_move(struct db *db, struct arena *a, int64_t conv_id,
    const struct archive_rule *rule, struct archive_piece *out,
    struct error *err);

/* In a transaction: makes rows of the newest segment again: 1, or 0 if there is
 * none. */
int archive_restore(struct db *db, struct arena *a, int64_t conv_id,
    struct archive_piece *out, struct error *err);

#endif
