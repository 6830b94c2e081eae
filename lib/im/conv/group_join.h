/*
 * group_join: coming into a group by oneself: at once, by a request that
 * somebody decides, or with a code (invite.h).
 *
 * Whoever is a member already has joined.  A user who comes in has no request
 * any more.
 */
#ifndef IM_GROUP_JOIN_H
#define IM_GROUP_JOIN_H

#include "im/conv/group.h"
#include "im/conv/invite.h"

enum group_joined { GROUP_JOINED, GROUP_ASKED };

/*
 * What `join` of the group says; message p NULL: none.  NOT_FOUND: only
 * invitations let in; FORBIDDEN: banned; CONFLICT: full; GONE: the actor was a
 * member when it was dissolved.
 */
int group_join(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, struct str message, enum group_joined *joined_out,
    struct conv *conv_out, struct error *err);

/*
 * Lets the user in, or refuses their request; exists: they are a user of the
 * app.  NOT_FOUND: no request, unless it lets in who is a member; FORBIDDEN;
 * CONFLICT: full; and those of group_change.h.
 */
int group_decide(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t user_id, bool approve, bool exists,
    struct conv *conv_out, struct error *err);

/*
 * With a code.  The same errors as group_join(); GONE: the code has ended, was
 * used up, or whoever made it may not invite now.  What it would add waits as a
 * request where an invitation of its maker would.
 */
int group_accept(struct db *db, struct arena *a, const struct group_actor *by,
    struct str code, enum group_joined *joined_out, struct conv *conv_out,
    struct error *err);

#endif
