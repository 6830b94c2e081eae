/*
 * invite: codes with which users come into a conversation.
 *
 * Written under conv_lock(), so that a code is used max_uses times at most.  A
 * code invites in the name of who made it: it is void while they may not
 * invite (group_invite.h).
 */
#ifndef IM_INVITE_H
#define IM_INVITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const invite_statements[];

struct invite {
	int64_t conv_id, invite_id;
	struct str code;
	int64_t created_by, created_ms;
	int64_t expires_ms, max_uses; /* 0: without a limit */
	int64_t uses;
	int64_t ended_ms; /* deleted; 0: it is not */
};

/* It can be used, as far as it says itself. */
bool invite_is_open(const struct invite *i, int64_t now_ms);

/* 1 found, 0 none. */
int invite_find(struct db *db, struct arena *a, struct str code,
    struct invite *out, struct error *err);
/* The open ones at now_ms, in ascending invite_id, above after; by_user 0: of
 * all members. */
struct invite_query {
	int64_t conv_id, by_user, now_ms, after, limit;
};
int invite_list(struct db *db, struct arena *a, const struct invite_query *q,
    struct invite **out, size_t *n_out, struct error *err);
/* How many are open. */
int invite_count(struct db *db, struct arena *a, int64_t conv_id,
    int64_t now_ms, int64_t *n_out, struct error *err);
/* A new one, with a random code; drops those of the conversation that ended
 * before INVITE_KEPT_MS. */
#define INVITE_KEPT_MS INT64_C(2592000000) /* 30 days */
struct str invite_code(struct arena *a);
int invite_insert(struct db *db, const struct invite *i, struct error *err);
/* Writes uses and ended_ms. */
int invite_put(struct db *db, const struct invite *i, struct error *err);

#endif
