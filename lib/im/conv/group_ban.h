/*
 * group_ban: bans from a group.
 *
 * One request is one entry, `banned` or `unbanned`; a member leaves with the
 * former.  A ban drops the user's request to come in.
 */
#ifndef IM_GROUP_BAN_H
#define IM_GROUP_BAN_H

#include "im/conv/ban.h"
#include "im/conv/group.h"

/*
 * In b: user_id, until_ms and reason; the user exists.  FORBIDDEN: by admins,
 * of lower roles; and those of group_change.h.
 */
int group_ban(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, const struct ban *b, struct conv *conv_out,
    struct error *err);
/* Succeeds if there is no ban. */
int group_unban(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t user_id, struct conv *conv_out, struct error *err);

#endif
