/*
 * aged: what is old of users, for a few of them at a time.
 *
 * `users` is a db_set().  Each function removes at most `limit` rows and says
 * how many; fewer than the limit: nothing is left of these users.
 *
 * Inboxes: the floor is raised first, under the lock of the inbox, and only
 * rows at or below it are removed.  So floor+1..last_index is there at every
 * moment, whatever dies between the two; a client below the floor is told
 * too_old.
 */
#ifndef IM_USER_AGED_H
#define IM_USER_AGED_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const user_aged_statements[];

/* The users above `after` who have an inbox, ascending. */
int user_aged_next(struct db *db, struct arena *a, int64_t after, int64_t limit,
    struct db_id **out, size_t *n_out, struct error *err);

/* Sessions that ended, or ran out, before that time; hashes of JWTs that have
 * run out. */
int user_aged_sessions(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err);
int user_aged_jwts(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err);
/* Exports of an app that have failed, or whose file is gone. */
int user_aged_exports(struct db *db, int64_t app_id, int64_t before_ms,
    int64_t limit, int64_t *n_out, struct error *err);

/* What is kept of an inbox. */
struct user_aged_policy {
	int64_t before_ms; /* events from then on */
	int64_t rows_max;  /* and of these so many */
};

/* Those of the users who have something to remove. */
int user_aged_inboxes(struct db *db, struct arena *a, struct str users,
    const struct user_aged_policy *p, struct db_id **out, size_t *n_out,
    struct error *err);
/* In a transaction: raises the floor by at most `limit`.  raised_out: by how
 * much. */
int user_aged_raise(struct db *db, struct arena *a, int64_t user_id,
    const struct user_aged_policy *p, int64_t limit, int64_t *raised_out,
    struct error *err);
/* Removes rows at or below the floor, the lowest first. */
int user_aged_events(struct db *db, struct arena *a, int64_t user_id,
    int64_t limit, int64_t *n_out, struct error *err);

#endif
