/*
 * ban: who cannot come into a conversation, for good or until a time.
 *
 * Written under conv_lock().  A ban that has ended is as none.
 */
#ifndef IM_BAN_H
#define IM_BAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const ban_statements[];

struct ban {
	int64_t conv_id, user_id;
	int64_t banned_by, banned_ms;
	int64_t until_ms;  /* 0: for good */
	struct str reason; /* p NULL: none */
};

/* 1 banned at now_ms, 0 not. */
int ban_find(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t now_ms, struct ban *out, struct error *err);
/* banned_out[i]: users[i] is banned at now_ms. */
int ban_check(struct db *db, struct arena *a, int64_t conv_id, int64_t now_ms,
    const int64_t *users, size_t n, bool *banned_out, struct error *err);
/* Those at now_ms, in ascending user_id, above after. */
int ban_list(struct db *db, struct arena *a, int64_t conv_id, int64_t now_ms,
    int64_t after, int64_t limit, struct ban **out, size_t *n_out,
    struct error *err);
/* Also drops those of the conversation that have ended at b->banned_ms. */
int ban_put(struct db *db, const struct ban *b, struct error *err);
int ban_drop(struct db *db, int64_t conv_id, int64_t user_id,
    struct error *err);

#endif
