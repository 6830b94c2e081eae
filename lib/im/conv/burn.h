/*
 * burn: messages of direct chats that expire some time after the other one has
 * read them.
 *
 * They wait in entry_expiry.  The transaction that moves the other one's read
 * mark over them sets when they expire, for both; the rows of the log change
 * without an entry, so whoever keeps such a row reads it again (page.h).
 */
#ifndef IM_BURN_H
#define IM_BURN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/mark.h"
#include "io/db.h"

extern const struct db_stmt *const burn_statements[];

struct burning {
	int64_t conv_id, conv_index, msg_id, sender_id;
	int64_t countable;
	int64_t burn_s, expires_ms;
};

struct burn_result {
	struct mark_result mark;
	struct burning *lit; /* they expire at a known time now */
	size_t n_lit;
};

/* mark_read() and mark_clear(), with what they do to such messages. */
int burn_read(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t conv_index, struct burn_result *out, struct error *err);
int burn_clear(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    struct burn_result *out, struct error *err);

#endif
