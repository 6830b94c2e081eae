/*
 * group_member: changes what a member is in a group: role, alias, mute; and
 * hands the ownership over.
 *
 * A group with members has one owner.  A mute ends by itself at its time, and
 * outlasts leaving and coming back.
 */
#ifndef IM_GROUP_MEMBER_H
#define IM_GROUP_MEMBER_H

#include "im/conv/group.h"

struct group_member {
	int64_t user_id;
	int64_t role; /* member or admin; 0: as it is */
	bool has_alias, has_muted;
	struct str alias;       /* p NULL: none */
	int64_t muted_until_ms; /* 0: not muted */
};

/*
 * One entry for all that is new, of the action role, muted or alias.  Writes
 * into member_out how they are then.  NOT_FOUND: not a member; FORBIDDEN;
 * CONFLICT: the role of the owner; and those of group_change.h.
 */
int group_member_change(struct db *db, struct arena *a,
    const struct group_actor *by, int64_t conv_id,
    const struct group_member *what, struct member *member_out,
    struct conv *conv_out, struct error *err);

/*
 * The owner makes another member the owner, and is an admin then.
 * INVALID_ARGUMENT, field user_id: not a member; FORBIDDEN; and those of
 * group_change.h.
 */
int group_member_own(struct db *db, struct arena *a,
    const struct group_actor *by, int64_t conv_id, int64_t user_id,
    struct conv *conv_out, struct error *err);

#endif
