/*
 * refusal: a user who blocks another one takes no messages of them in the
 * direct chat of the pair.
 *
 * The block is a row of the user (im/user/block.h); beside it the row of the
 * blocked member has `refused`, so the appender, which reads that row or knows
 * it by the version of the conversation, looks nothing up.  Both change in one
 * transaction under the lock of the log: a send that is answered before the
 * block is there, and none is accepted after it.  The lock on the blocker's
 * user_seq, which the creation of a direct chat takes as well, sees to it that
 * neither misses the other.
 *
 * In a chat with its home elsewhere that region derives the copy.
 */
#ifndef IM_REFUSAL_H
#define IM_REFUSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/user/inbox.h"
#include "io/db.h"

extern const struct db_stmt *const refusal_statements[];

struct refusal_result {
	struct inbox_row event; /* for the other devices of who blocks */
	struct conv conv;       /* the direct chat; conv_id 0: none */
};

/*
 * user_id blocks other_id, or no longer: 1 changed, 0 it was so.
 * HOME_UNREACHABLE, CONFLICT (too many).
 */
int refusal_set(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t other_id, bool on, struct refusal_result *out, struct error *err);

/* In the transaction that creates the direct chat of two users: takes over
 * their blocks. */
int refusal_take(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, int64_t other_id, struct error *err);

#endif
