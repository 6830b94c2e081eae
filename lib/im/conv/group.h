/*
 * group: creating conversations and changing who belongs to them.
 *
 * Every change is one transaction under conv_lock(): the member rows, the
 * counts and version of the conversation, and the one `member` entry that
 * tells of it.  The body of that entry is JSON and therefore made by the
 * caller: group_body_fn gets the action and the users it names.
 */
#ifndef IM_GROUP_H
#define IM_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/member.h"
#include "io/db.h"

/* new_owner: whoever takes over with this entry, 0 nobody. */
typedef struct str (*group_body_fn)(struct arena *a, const char *action,
    const int64_t *users, size_t n, int64_t new_owner);

/* Who changes what; the same for every call. */
struct group_actor {
	int64_t app_id, user_id;
	group_body_fn body;
	int64_t now_ms; /* 0: the time of the transaction */
};

struct group_create {
	struct conv conv;       /* kind and settings as wanted */
	const int64_t *members; /* of the same app, without the creator */
	size_t n_members;
	struct str client_id;   /* p NULL: none */
	struct str fingerprint; /* of what was asked */
	/* Out. */
	bool existed; /* nothing was created */
	struct conv result;
};

/*
 * Creates a conversation, or finds the one that is meant: the direct one of
 * the pair, the self chat, the one made with the same client_id.
 * Members must exist: the caller has checked.  CONFLICT: client_id was used
 * for something else.
 *
 * Only the conversation is written.  The creator's chat is owed: the caller
 * opens it when this has returned (chat_open()), also when it existed, and
 * should it die before that, fan-out does.
 */
int group_create(struct db *db, struct arena *a, const struct group_actor *by,
    struct group_create *what, struct error *err);

enum group_outcome {
	GROUP_ADDED,
	GROUP_ALREADY,
	GROUP_NOT_FOUND,
	GROUP_FORBIDDEN,
	GROUP_FULL
};
extern const char *const group_outcome_names[];

struct group_add {
	int64_t user_id;
	bool exists;                /* in: a user of the app */
	enum group_outcome outcome; /* out */
	struct member member;       /* out, when added or already */
};

/*
 * Adds users, in the order given; conv_out: as it is then.  NOT_FOUND: the
 * actor is no member; FORBIDDEN: may not invite; CONFLICT: a direct
 * conversation; GONE.
 */
int group_add(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, struct group_add *adds, size_t n, struct conv *conv_out,
    struct error *err);

/*
 * Removes a user; done before counts as done.  FORBIDDEN: an admin removes
 * members only, a member nobody.  Removing oneself is leaving.
 */
int group_remove(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t user_id, struct conv *conv_out, struct error *err);

/*
 * Leaves.  An owner hands over to `owner`, or when that is 0 to the oldest
 * admin, else the oldest member; the last one leaving dissolves.
 * INVALID_ARGUMENT, field owner: not a member, or the leaver.
 */
int group_leave(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t owner, struct conv *conv_out, struct error *err);

#endif
