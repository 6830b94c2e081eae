/*
 * conv_log: numbering the log of a conversation and writing to it.
 *
 * Whoever appends holds the conv_seq row (conv_lock()), which makes them the
 * only writer until they commit: indexes have no hole, and commit order is
 * index order.  Statements check home and epoch, so a log that has moved to
 * another region is not written here.
 */
#ifndef IM_CONV_LOG_H
#define IM_CONV_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "io/db.h"

struct log_row {
	struct entry e;         /* with body */
	struct str fingerprint; /* of the request; p NULL: none */
	/* Whom the body mentions, if the flags say so; NULL if the caller does
	 * not serve the members itself. */
	const int64_t *mentions;
	size_t n_mentions;
};

extern const struct db_stmt *const conv_log_statements[];
/* Of programs that create no log. */
extern const struct db_stmt *const conv_log_append_statements[];

/* An empty log for a new conversation, in its transaction.  Marks it for
 * fan-out, which opens the creator's chat if the request does not. */
int conv_log_create(struct db *db, const struct conv *c, struct error *err);

/*
 * Numbers row->e: the next index, ordinal and time of the locked c.
 * own_ordinal: the sender's so far; incremented if the entry is countable.
 * now_ms 0: the time of the transaction.
 */
void conv_log_next(struct conv *c, struct log_row *row, int64_t *own_ordinal,
    int64_t now_ms);

/* An entry whose id is older when it is written is marked for the search index:
 * see im/consumer/indexing.h. */
#define CONV_LOG_LATE_MS 2000

/* Writes numbered rows and the advanced conv_seq of convs.  Fails if the home
 * or epoch of a conv has changed since it was locked. */
int conv_log_put(struct db *db, const struct log_row *rows, size_t n_rows,
    const struct conv *convs, size_t n_convs, struct error *err);

/*
 * Marks convs, in which these rows are new, for fan-out.  Senders and fan-out
 * contend for the marks, so they are written last: the caller must commit next.
 */
int conv_log_mark(struct db *db, struct arena *a, const struct log_row *rows,
    size_t n_rows, const struct conv *convs, size_t n_convs, struct error *err);

/* Both. */
int conv_log_write(struct db *db, struct arena *a, const struct log_row *rows,
    size_t n_rows, const struct conv *convs, size_t n_convs, struct error *err);

/* The sender's own_ordinal at index `at`. */
int conv_log_own_ordinal(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t at, int64_t *ordinal_out, struct error *err);

#endif
