/*
 * password: argon2id hashes.
 *
 * A hash takes 19 MiB and a core for about 40 ms.  Only handlers of WEB_HEAVY
 * routes call this in a service: their threads, [user] password_threads, bound
 * both.  BUSY: there is no memory for one.
 */
#ifndef IM_PASSWORD_H
#define IM_PASSWORD_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

#define PASSWORD_MIN 8
#define PASSWORD_MAX 256

int password_hash(struct arena *a, struct str password, struct str *hash_out,
    struct error *err);

/*
 * hash.p NULL (no such account): false, after the time that a check takes.
 */
bool password_check(struct arena *a, struct str hash, struct str password);

#endif
