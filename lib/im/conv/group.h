/*
 * group: changes the members of conversations.
 *
 * Every change is one transaction under conv_lock(): the member rows, the
 * counts and version of the conversation, and one `member` entry that records
 * it.  The body of that entry is JSON and therefore made by the caller, by its
 * group_body_fn.  See group_change.h.
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

/* What a `member` entry says. */
struct group_news {
	const char *action;
	const int64_t *users;
	size_t n;
	/* What is new of them; 0 and false: nothing. */
	int64_t role;
	bool has_alias, has_muted;
	struct str alias;       /* p NULL: they have none any more */
	int64_t muted_until_ms; /* 0: they are muted no more */
};
typedef struct str (
    *group_body_fn)(struct arena *a, const struct group_news *news);

/* Who makes a change: a user, or the app's server, which is no member and may
 * do everything. */
struct group_actor {
	int64_t app_id, user_id; /* user_id 0: the app's server */
	group_body_fn body;
	int64_t now_ms; /* 0: the time of the transaction */
};

enum group_outcome {
	GROUP_ADDED,
	GROUP_ALREADY,
	GROUP_REQUESTED,
	GROUP_NOT_FOUND,
	GROUP_FORBIDDEN,
	GROUP_FULL
};
extern const char *const group_outcome_names[];

#define GROUP_MEMBERS_HARD 200000 /* also where the app's server adds them */

struct group_add {
	int64_t user_id;
	int64_t role; /* in: 0: a member */
	bool exists;  /* in: a user of the app */
	bool refuses; /* in: does not want to be added by the actor */
	enum group_outcome outcome; /* out */
	struct member member;       /* out, if added or already a member */
	int64_t muted_until_ms;     /* private */
};

/*
 * Adds users, in the order given; conv_out: the conversation afterwards.  Those
 * who wait for a decision (right_asks()) have a request then; who is banned is
 * FORBIDDEN.
 * NOT_FOUND: the actor is not a member; FORBIDDEN: may not invite; CONFLICT: a
 * direct conversation; GONE.
 */
int group_add(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, struct group_add *adds, size_t n, struct conv *conv_out,
    struct error *err);

/*
 * Removes a user; succeeds if they have been removed already.  FORBIDDEN: an
 * admin removes members only, a member nobody.  Removing oneself is leaving.
 */
int group_remove(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t user_id, struct conv *conv_out, struct error *err);

/*
 * Leaves.  The ownership of an owner passes to `owner` or, if that is 0, to the
 * oldest admin, else the oldest member, with an entry of its own.  When the
 * last member leaves, the conversation is dissolved.  INVALID_ARGUMENT, field
 * owner: not a member, or the actor.
 */
int group_leave(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t owner, struct conv *conv_out, struct error *err);

#endif
