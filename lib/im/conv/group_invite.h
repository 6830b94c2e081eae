/*
 * group_invite: making, showing and deleting the codes of a group (invite.h).
 *
 * Whoever may add members may make one.  Admins see and delete all, others
 * their own.
 */
#ifndef IM_GROUP_INVITE_H
#define IM_GROUP_INVITE_H

#include "im/conv/group.h"
#include "im/conv/invite.h"

#define GROUP_INVITES_MAX 100 /* open ones of a group */

/* In `out`: expires_ms as a duration in ms, and max_uses; filled.  FORBIDDEN,
 * CONFLICT: there are GROUP_INVITES_MAX; and those of group_change.h. */
int group_invite(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, struct invite *out, struct conv *conv_out,
    struct error *err);

/* Succeeds if it has been deleted.  NOT_FOUND: not of this group; FORBIDDEN. */
int group_invite_end(struct db *db, struct arena *a,
    const struct group_actor *by, int64_t conv_id, struct str code,
    struct conv *conv_out, struct error *err);

/*
 * Can it be used?  c: of which it is; maker_out: the member in whose name it
 * invites.  GONE.
 */
int group_invite_check(struct db *db, struct arena *a, const struct conv *c,
    const struct invite *i, struct member *maker_out, struct error *err);

/* For somebody who may not be a member: the invite and its conversation.
 * NOT_FOUND, GONE. */
int group_invite_show(struct db *db, struct arena *a, int64_t app_id,
    struct str code, struct invite *out, struct conv *conv_out,
    struct error *err);

#endif
