/*
 * user_create: new users, one or many at once.
 *
 * A user has an inbox from the beginning, and the parts of their names by which
 * they are found (search.h); all of it is written in one transaction.
 */
#ifndef IM_USER_CREATE_H
#define IM_USER_CREATE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "im/user/user.h"
#include "io/db.h"

/*
 * With a credential unless password_hash is STR_NONE (bots, users of a JWT).
 * in: app_id, username, display_name (p NULL: the username), avatar, bio, meta,
 * bot; the rest is filled.  CONFLICT with field "username" if the name is
 * taken.
 */
int user_create(struct db *db, struct arena *a, struct user *u,
    struct str password_hash, struct error *err);

/* The same for n users, with as many hashes: all of them, or with an error
 * none. */
int user_create_many(struct db *db, struct arena *a, struct user *users,
    const struct str *password_hashes, size_t n, struct error *err);

#endif
