/*
 * chat_drift: chats that are not what fan-out has made, or should have made, of
 * the log: which rows, and what they should be.
 *
 * Fan-out writes a chat under the lock of its user's inbox, up to where its
 * cursor says that the user was served.  So a row is compared with the log at
 * that index; that of a member in mode pull does not move, and is compared at
 * its own.  A row that was found without that lock may be one that fan-out is
 * about to write: chat_drift_mend() looks again behind it.
 *
 * Columns that the rows of the log do not determine (the time of a chat without
 * a message, counts at an archived entry) are not compared and stay as they
 * are.  chat_drift_mend() takes such counts from the archive.
 *
 * Errors of chat_drift_mend(): INTERNAL if a segment is damaged.
 */
#ifndef IM_CHAT_DRIFT_H
#define IM_CHAT_DRIFT_H

#include "im/user/drift.h"

extern const struct db_stmt *const chat_drift_statements[];

/* What is derived of a chat. */
struct chat_facts {
	int64_t listed, mode;
	int64_t last_index, last_ordinal, own_ordinal;
	int64_t last_message_index, last_ms;
	int64_t base_index, base_ordinal, base_own;
};

struct chat_drift {
	int64_t conv_id, user_id;
	int64_t exists; /* 0: there is no row, and have is all 0 */
	int64_t archived_index;
	int64_t low; /* the index from which the user has received it */
	struct chat_facts want, have;
};

/* All members of conversations (db_list()). */
int chat_drift_of_convs(struct db *db, struct arena *a, struct str convs,
    struct chat_drift **out, size_t *n_out, struct error *err);
/* Some: n of { conv_id, user_id }. */
int chat_drift_of_members(struct db *db, struct arena *a,
    const int64_t (*members)[2], size_t n, struct chat_drift **out,
    size_t *n_out, struct error *err);

/* The first column that is off, or "row" if there is none. */
struct drift chat_drift_first(const struct chat_drift *d);

/* In a transaction that holds the inbox of the user: 1 with what was wrong in
 * *was_out, or 0 if nothing is. */
int chat_drift_mend(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct chat_drift *was_out, struct error *err);

/* The next members, ascending (conv_id, user_id), behind a place. */
struct chat_drift_place {
	int64_t conv_id, user_id;
};
int chat_drift_page(struct db *db, struct arena *a,
    const struct chat_drift_place *after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err);
/* Of one user, behind a conversation: those of chats and inbox. */
int chat_drift_user_page(struct db *db, struct arena *a,
    const struct chat_drift_place *after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err);

#endif
