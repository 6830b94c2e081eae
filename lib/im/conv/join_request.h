/*
 * join_request: who waits to be let into a conversation.
 *
 * Written under conv_lock().  A user has at most one in a conversation, the
 * first; it is gone when they are a member, banned, or refused.
 */
#ifndef IM_JOIN_REQUEST_H
#define IM_JOIN_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const join_request_statements[];

struct join_request {
	int64_t conv_id, user_id;
	int64_t invited_by; /* 0: nobody */
	struct str message; /* p NULL: none */
	int64_t asked_ms;
};

/* 1 found, 0 none. */
int join_request_find(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct join_request *out, struct error *err);
/* In ascending user_id, above after. */
int join_request_list(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after, int64_t limit, struct join_request **out, size_t *n_out,
    struct error *err);
/* Of those who have one, the first stays. */
int join_request_put(struct db *db, const struct join_request *rows, size_t n,
    struct error *err);
int join_request_drop(struct db *db, int64_t conv_id, const int64_t *users,
    size_t n, struct arena *a, struct error *err);
/* Those of an erased person, at most limit, without conv_lock(): whoever is
 * about to let them in finds no such user. */
extern const struct db_stmt *const join_request_erase_statements[];
int join_request_erase(struct db *db, int64_t user_id, int64_t limit,
    int64_t *n_out, struct error *err);

#endif
