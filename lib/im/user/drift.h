/*
 * drift: what is derived for users and is not as it would be derived now.
 *
 * Here: the copies that chat has of chat_setting, and the stored sum of unread
 * messages.  Chats against the logs: im/consumer/chat_drift.h.
 *
 * A finding that was read without a lock may be gone, so the mend functions run
 * under inbox_lock(), behind which nobody else changes these rows.
 */
#ifndef IM_DRIFT_H
#define IM_DRIFT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

extern const struct db_stmt *const drift_statements[];

/* conv_id is 0 for the sum; what: the column. */
struct drift {
	int64_t conv_id, user_id;
	int64_t at; /* the index up to which it was derived, or 0 */
	int64_t want, got;
	struct str what;
};

/* Of users (db_list()): their copies of settings; their sums. */
int drift_settings(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err);
int drift_badge(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err);
/* The parts of the sum. */
int drift_badge_chat(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err);

/* In a transaction that holds the inbox; matched_out may be NULL. */
int drift_mend_settings(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t *matched_out, struct error *err);
/* The next one who asks counts all again. */
int drift_mend_badge(struct db *db, int64_t user_id, int64_t *matched_out,
    struct error *err);

#endif
