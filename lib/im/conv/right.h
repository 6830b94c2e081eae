/*
 * right: what a member may do and see, decided from the rows alone.
 *
 * The functions are pure: the caller has read the conversation and the member,
 * under the lock that it needs for the answer to stay valid.
 */
#ifndef IM_RIGHT_H
#define IM_RIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "im/conv/conv.h"
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

/* The lowest conv_index that the member may see. */
int64_t right_floor(const struct conv *c, const struct member *m);

#endif
