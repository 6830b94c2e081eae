/*
 * found: what a user may see of the messages that a search index has found.
 *
 * The index knows no rights and may be behind: which conversations are searched
 * is a hint, too, and whether the user sees an entry is decided here, by the
 * rows, in the request that shows it.
 */
#ifndef IM_FOUND_H
#define IM_FOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "io/db.h"

extern const struct db_stmt *const found_statements[];

struct found_chat {
	int64_t conv_id, last_index;
};

/* A user's conversations, with the ends of their logs, ascending; at most
 * FOUND_CHATS_MAX. */
#define FOUND_CHATS_MAX 20000
int found_chats(struct db *db, struct arena *a, int64_t user_id,
    struct found_chat **out, size_t *n_out, struct error *err);
/* One of them: 1, or 0 if the user is not a member now. */
int found_chat(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t conv_id, struct found_chat *out, struct error *err);

/* When the oldest of these entries was sent; INT64_MAX: there are none. */
int found_oldest_ms(struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, int64_t *ms_out, struct error *err);

/*
 * The messages at n places as they are now; of those that the user may not see
 * whole (any more) msg_id is 0.  The other results are those of history_load().
 */
int found_load(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct entry *out,
    int64_t *floors_out, bool *hides_out, struct error *err);

#endif
