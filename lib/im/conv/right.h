/*
 * right: what a member may do and see, decided from the rows alone.
 *
 * The functions are pure: the caller has read the conversation and the member,
 * under the lock that it needs for the answer to stay valid.
 */
#ifndef IM_RIGHT_H
#define IM_RIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/member.h"

/*
 * May the present member post now, stored or ephemeral?  GONE if the
 * conversation is dissolved, FORBIDDEN by its settings or if the member is
 * muted.
 */
int right_post(const struct conv *c, const struct member *m, int64_t now_ms,
    struct error *err);

/*
 * May a message mention this user, the i-th of its list?  m NULL: they have
 * never been a member.  INVALID_ARGUMENT.
 */
int right_mention(const struct member *m, size_t i, struct error *err);

/* May the present member add others?  FORBIDDEN. */
int right_invite(const struct conv *c, const struct member *m,
    struct error *err);

/* May the present member remove others, of lower roles?  FORBIDDEN. */
int right_remove(const struct member *m, struct error *err);

/* Do the invitations of this member, who may invite, wait for a decision? */
bool right_asks(const struct conv *c, const struct member *m);
/* May the present member see and decide requests to come in?  FORBIDDEN. */
int right_decide(const struct conv *c, const struct member *m,
    struct error *err);
/* Ban and unban others, of lower roles?  FORBIDDEN. */
int right_ban(const struct member *m, struct error *err);
/* Delete an invite that this user has made?  FORBIDDEN. */
int right_end_invite(const struct member *m, int64_t created_by,
    struct error *err);

/* May the present member change roles?  FORBIDDEN. */
int right_role(const struct member *m, struct error *err);
/* Hand the ownership over?  FORBIDDEN. */
int right_own(const struct member *m, struct error *err);
/* Mute others, of lower roles?  FORBIDDEN. */
int right_mute(const struct member *m, struct error *err);
/* Set the alias of this user?  Everybody their own.  FORBIDDEN. */
int right_alias(const struct member *m, int64_t user_id, struct error *err);
/* Is the other one of a lower role?  FORBIDDEN. */
int right_outrank(const struct member *m, const struct member *other,
    struct error *err);

/* May the present member change the settings?  FORBIDDEN. */
int right_set(const struct member *m, struct error *err);

/* May the present member dissolve the conversation?  FORBIDDEN. */
int right_dissolve(const struct member *m, struct error *err);

/*
 * May the present member recall this message?  The sender within window_s, an
 * admin or owner at any time; by the time of the locked c.  GONE, FORBIDDEN.
 */
int right_recall(const struct conv *c, const struct member *m,
    const struct entry *e, int64_t window_s, struct error *err);

/*
 * May the present member edit this message?  Its sender, within window_s, if
 * they may post; by the time of the locked c.  GONE, FORBIDDEN.
 */
int right_edit(const struct conv *c, const struct member *m,
    const struct entry *e, int64_t window_s, struct error *err);

/* May a message burn after reading?  INVALID_ARGUMENT. */
int right_burn(const struct conv *c, struct error *err);

/* May the present member react to messages?  GONE. */
int right_react(const struct conv *c, const struct member *m,
    struct error *err);

/* May the present member pin and unpin messages?  GONE, FORBIDDEN. */
int right_pin(const struct conv *c, const struct member *m, struct error *err);

/* May the member send again, in slow mode?  last_ms: when they sent their last
 * message; 0: never.  RATE_LIMITED, with retry_after_ms. */
int right_pace(const struct conv *c, const struct member *m, int64_t last_ms,
    int64_t now_ms, struct error *err);
/* Whether it is asked for: when did they send their last message? */
bool right_has_pace(const struct conv *c, const struct member *m);

/* May the present member mention everybody?  FORBIDDEN. */
int right_mention_all(const struct conv *c, const struct member *m,
    struct error *err);

/* The lowest conv_index that the member may see. */
int64_t right_floor(const struct conv *c, const struct member *m);

#endif
