/*
 * rank: recomputes what is derived for users, and puts right what is off.
 *
 * A run walks over all members of all conversations (chats against their logs),
 * then over all users (copies of settings, sums of unread messages).  It reads
 * without locks; what is off is looked at again, and written, under the lock of
 * the user's inbox, in a transaction of its own.  So a store without drift
 * feels nothing but reads.
 */
#ifndef BATCH_RANK_H
#define BATCH_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "im/consumer/chat_drift.h"
#include "job/job.h"

/* ---- rank_walk.c ---- */

enum rank_pass { RANK_MEMBERS, RANK_USERS, RANK_PASSES };

struct rank_walk {
	int64_t only_conv, only_user; /* 0: all */
	enum rank_pass pass;
	struct chat_drift_place after; /* in RANK_USERS of user_id alone */
};

/* From where it was left: a text of its own, or "": from the beginning. */
void rank_walk_begin(struct rank_walk *w, struct str position);
struct str rank_walk_position(const struct rank_walk *w, struct arena *a);

/* Of the pass w->pass, in places[]; in RANK_USERS conv_id is 0.  n_out 0: the
 * pass is done, rank_walk_turn() goes on to the next one. */
int rank_walk_next(struct rank_walk *w, struct job *j,
    struct chat_drift_place **places_out, size_t *n_out, struct error *err);
/* False: that was the last pass. */
bool rank_walk_turn(struct rank_walk *w);

/* ---- rank_mend.c ---- */

struct rank_tally {
	int64_t chats, users;                        /* compared */
	int64_t off_chats, off_settings, off_badges; /* and mended */
};

int rank_members(struct job *j, const struct chat_drift_place *places, size_t n,
    struct rank_tally *t, struct error *err);
int rank_users(struct job *j, const struct chat_drift_place *places, size_t n,
    struct rank_tally *t, struct error *err);
extern const struct db_stmt *const *const rank_mend_lists[];

/* ---- rank_sql.c ---- */

extern const struct db_stmt *const rank_statements[];

/* At most limit user_id above `after`, ascending. */
int rank_sql_users(struct db *db, struct arena *a, int64_t after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err);

#endif
