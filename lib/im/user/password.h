/*
 * password: argon2id hashes, with bounded concurrency.
 *
 * A hash takes 19 MiB and a core for about 40 ms; [user] password_threads
 * bounds both for the process.  A caller that waits for longer than a second
 * gets BUSY.
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
 * 1 if the password matches, else 0.  hash.p NULL (no such account): 0, after
 * the time that a check takes.
 */
int password_check(struct arena *a, struct str hash, struct str password,
    struct error *err);

#endif
