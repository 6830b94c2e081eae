/*
 * archive: the entries of a log that have left `entry` and `body`.
 *
 * Entries 1 to conv_seq.archived_index of a log are in segments (segment.h),
 * compressed, each row with what it needs to be read alone; the others are
 * rows.  An entry is in one of the two places.  Who moves them (archive_move.h)
 * or changes one in a segment holds the log (conv_lock()), and does all of it
 * in one transaction.
 *
 * entry.h finds what it does not find among the rows here, so nearly all code
 * knows nothing of the archive.  What is in no segment costs no statement:
 * whoever has the conversation at hand asks for archived_index.
 *
 * Errors: INTERNAL if a segment is damaged.
 */
#ifndef IM_ARCHIVE_H
#define IM_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/archive_row.h"
#include "im/conv/entry.h"
#include "im/conv/segment.h"
#include "io/db.h"

/* Of all programs that read entries. */
extern const struct db_stmt *const archive_statements[];
/* Of those that change messages, too. */
extern const struct db_stmt *const archive_put_statements[];

/* Fills those of n entries that have msg_id 0, where they are archived. */
int archive_load(struct db *db, struct arena *a, const struct entry_ref *refs,
    size_t n, struct entry *entries, struct error *err);

/* The archived ones of entries lo..hi of a log, ascending. */
int archive_range(struct db *db, struct arena *a, int64_t conv_id, int64_t lo,
    int64_t hi, struct entry **out, size_t *n_out, struct error *err);

/* The archived ones of those with these ids, in no order. */
int archive_by_ids(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct entry **out, size_t *n_out, struct error *err);

/* What a client has called an entry. */
struct archive_key {
	int64_t conv_id, sender_id;
	struct str client_msg_id;
};
/* Never 0. */
int64_t archive_client_hash(int64_t sender_id, struct str client_msg_id);
/* The archived entries with these keys. */
int archive_by_keys(struct db *db, struct arena *a,
    const struct archive_key *keys, size_t n, struct segment_entry **out,
    size_t *n_out, struct error *err);

/* The counts at an archived entry: 1, or 0 if it is in no segment. */
struct archive_counts {
	int64_t ordinal; /* of the log */
	int64_t own;     /* of a sender */
};
int archive_counts(struct db *db, struct arena *a, int64_t conv_id,
    int64_t conv_index, int64_t sender_id, struct archive_counts *out,
    struct error *err);

/* When the sender has sent their newest archived message; 0: never. */
int archive_last_sent(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t *ms_out, struct error *err);

/* sent_list() of what is archived. */
struct archive_page {
	int64_t conv_id, sender_id, above, below, limit;
};
int archive_sent(struct db *db, struct arena *a,
    const struct archive_page *page, int64_t **out, size_t *n_out,
    struct error *err);

/*
 * Writes an archived entry as it is now; the log is held.  Of it change what a
 * recall, an edit, a reaction, an expiry or an erasure change: flags, state,
 * times, version and body.  NOT_FOUND if it is in no segment.
 */
int archive_put(struct db *db, struct arena *a, const struct entry *e,
    struct error *err);

/*
 * The segment that has an entry, with its entries: 1, or 0 if there is none.
 * lock: as who holds the log needs it to change or move it.
 */
int archive_open(struct db *db, struct arena *a, const struct entry_ref *at,
    bool lock, struct archive_row *row, struct segment_entry **list,
    struct error *err);

#endif
